# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the client's subsets apart from its events. What belongs to a user is the running user's.
#AnsibleRequires -PowerShell ..module_utils._RdpSecurity
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:delegation = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\CredentialsDelegation'
$script:mstsc = 'SOFTWARE\Microsoft\Terminal Server Client'
$script:fileLimit = 1000
$script:persistence = @{ 1 = 'session'; 2 = 'local_machine'; 3 = 'enterprise' }
$script:credentialType = @{ 1 = 'generic'; 2 = 'domain_password'; 3 = 'domain_certificate'; 4 = 'visible_password'; 5 = 'generic_certificate'; 6 = 'extended' }

Function Get-RdpCacheFact {
    $folder = [IO.Path]::Combine([Environment]::GetFolderPath('LocalApplicationData'), 'Microsoft\Terminal Server Client\Cache')
    $facts = @{ exists = $null; file_count = 0; bytes = [long]0; truncated = $false; default_rdp = $null; kind = '' }
    try {
        foreach ($file in ([IO.DirectoryInfo]$folder).EnumerateFiles()) {
            $facts.truncated = $facts.file_count -ge $fileLimit
            if ($facts.truncated) { break }
            $facts.file_count++
            $facts.bytes += $file.Length
        }
        $facts.exists = $true
    }
    catch {
        $facts.kind = Get-RdpFailure $_.Exception
        if ($facts.kind -eq 'not_found') { $facts.exists, $facts.kind = $false, '' }
    }
    $found = Get-RdpAnswer { ([IO.DirectoryInfo][Environment]::GetFolderPath('MyDocuments')).EnumerateFiles('Default.rdp') }
    if ($found.kind -in '', 'not_found') { $facts.default_rdp = [bool]$found.items.Count }
    $facts
}

# Null where a key is closed: that is not none.
Function Get-RdpClientLicensingFact {
    $facts = @{}
    foreach ($view in 'native SOFTWARE', 'wow64 SOFTWARE\WOW6432Node') {
        $name, $root = $view.Split(' ')
        $path = "HKLM\$root\Microsoft\MSLicensing"
        $store = Get-RdpName "$path\Store" -Below
        $facts[$name] = @{
            exists = Test-RdpName $path
            hardware_id = Test-RdpName "$path\HardwareID" ClientHWID
            store_count = $(if ($store.kind -ne 'denied') { $store.names.Count } else { $null })
        }
    }
    $facts
}

Function Get-RdpCredentialFact {
    param ([bool] $IncludeName)
    $native::Credentials() | ForEach-Object {
        @{
            target = Limit-RdpText $_[0] 512
            type = [string]$credentialType[$_[1]]
            persist = [string]$persistence[$_[2]]
            last_written = Get-RdpTime ([DateTime]::FromFileTimeUtc($_[3]))
            user = $(if ($IncludeName) { Limit-RdpText $_[4] } else { $null })
        }
    } | Limit-RdpList credentials 200
}

Function Get-RdpClientPolicyFact {
    @{
        values = Get-RdpValueMap @{
            $policy = 'AuthenticationLevel DisablePasswordSaving PromptForCredsOnClient'
            "$policy\Client" = 'fClientDisableUDP'
            "HKLM\$mstsc" = 'AuthenticationLevelOverride'
            $delegation = 'RestrictedRemoteAdministration RestrictedRemoteAdministrationType'
            "$control\Lsa" = 'LmCompatibilityLevel LsaCfgFlags'
            "$control\Lsa\MSV1_0" = 'RestrictSendingNTLMTraffic ClientAllowedNTLMServers'
            'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters' = 'AllowEncryptionOracle'
        }
        user_values = Get-RdpValueTable "HKCU\$mstsc" AuthenticationLevelOverride, RDGClientTransport
        delegation = Get-RdpDelegation
        lsa_iso = [bool][Diagnostics.Process]::GetProcessesByName('LsaIso').Count
    }
}

Export-ModuleMember -Function Get-Rdp*
