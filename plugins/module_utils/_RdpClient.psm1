# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the client's subsets apart from its events. What belongs to a user is the running user's.
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:lsa = 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa'
$script:policy = 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
$script:delegation = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\CredentialsDelegation'
$script:fileLimit = 1000
$script:credentialLimit = 200
$script:persistence = @{ 1 = 'session'; 2 = 'local_machine'; 3 = 'enterprise' }
$script:credentialType = @{ 1 = 'generic'; 2 = 'domain_password'; 3 = 'domain_certificate'; 4 = 'visible_password'; 5 = 'generic_certificate'; 6 = 'extended' }

# List of servers -> the value that adds Windows' own list to it.
$script:lists = @{
    AllowDefaultCredentials = 'AllowDefault'
    AllowDefCredentialsWhenNTLMOnly = 'AllowDefNTLMOnly'
    AllowFreshCredentials = 'AllowFresh'
    AllowFreshCredentialsWhenNTLMOnly = 'AllowFreshNTLMOnly'
    AllowSavedCredentials = 'AllowSaved'
    AllowSavedCredentialsWhenNTLMOnly = 'AllowSavedNTLMOnly'
    DenyDefaultCredentials = 'DenyDefault'
    DenyFreshCredentials = 'DenyFresh'
    DenySavedCredentials = 'DenySaved'
}

Function Get-RdpCacheFact {
    $folder = [IO.Path]::Combine([Environment]::GetFolderPath('LocalApplicationData'), 'Microsoft\Terminal Server Client\Cache')
    $facts = @{
        exists = [bool][IO.Directory]::Exists($folder)
        file_count = 0
        bytes = [long]0
        truncated = $false
        default_rdp = [bool][IO.File]::Exists([IO.Path]::Combine([Environment]::GetFolderPath('MyDocuments'), 'Default.rdp'))
    }
    if ($facts.exists) {
        foreach ($file in (New-Object -TypeName System.IO.DirectoryInfo -ArgumentList $folder).EnumerateFiles()) {
            if ($facts.file_count -ge $fileLimit) {
                $facts.truncated = $true
                break
            }
            $facts.file_count++
            $facts.bytes += $file.Length
        }
    }
    $facts
}

Function Get-RdpClientLicensingFact {
    $facts = @{}
    foreach ($view in 'native SOFTWARE', 'wow64 SOFTWARE\WOW6432Node') {
        $name, $root = $view.Split(' ')
        $path = "HKLM\$root\Microsoft\MSLicensing"
        $facts[$name] = @{
            exists = [bool]((Get-RdpName $path).kind -ne 'absent')
            hardware_id = [bool]((Get-RdpName "$path\HardwareID").names -contains 'ClientHWID')
            store_count = [int]@((Get-RdpName "$path\Store" -Below).names).Count
        }
    }
    $facts
}

Function Get-RdpCredentialFact {
    param ([bool] $IncludeName)
    $all = @($native::Credentials())
    $credentials = foreach ($row in $all | Select-Object -First $credentialLimit) {
        $credential = @{
            target = Limit-RdpText $row[0] 512
            type = [string]$credentialType[$row[1]]
            persist = [string]$persistence[$row[2]]
            last_written = Get-RdpTime ([DateTime]::FromFileTimeUtc($row[3]))
            user = $null
        }
        if ($IncludeName) {
            $credential.user = Limit-RdpText $row[4]
        }
        $credential
    }
    @{ credentials = @($credentials); truncated = [bool]($all.Count -gt $credentialLimit) }
}

Function Get-RdpClientPolicyFact {
    $facts = @{
        values = Get-RdpValueMap @{
            $policy = 'AuthenticationLevel DisablePasswordSaving PromptForCredsOnClient'
            "$policy\Client" = 'fClientDisableUDP'
            'HKLM\SOFTWARE\Microsoft\Terminal Server Client' = 'AuthenticationLevelOverride'
            $delegation = 'RestrictedRemoteAdministration RestrictedRemoteAdministrationType'
            $lsa = 'LmCompatibilityLevel'
            "$lsa\MSV1_0" = 'RestrictSendingNTLMTraffic ClientAllowedNTLMServers'
            'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters' = 'AllowEncryptionOracle'
        }
        user_values = Get-RdpValueTable 'HKCU\SOFTWARE\Microsoft\Terminal Server Client' AuthenticationLevelOverride, RDGClientTransport
        delegation = @{}
    }
    $switches = Get-RdpValueTable $delegation (@($lists.Keys) + @($lists.Values -replace '^', 'ConcatenateDefaults_'))
    foreach ($name in $lists.Keys) {
        $facts.delegation[$name] = @{
            policy = $switches[$name]
            concatenate = $switches["ConcatenateDefaults_$($lists[$name])"]
            servers = Get-RdpAnswer {
                $found = Get-RdpName "$delegation\$name"
                if ($found.names) {
                    (Get-RdpValueTable "$delegation\$name" ($found.names | Select-Object -First 51)).Values | ForEach-Object { Limit-RdpText $_.value }
                }
            }
        }
    }
    $facts
}

Export-ModuleMember -Function Get-Rdp*
