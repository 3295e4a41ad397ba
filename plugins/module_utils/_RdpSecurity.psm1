# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the subsets certificate, key_store, tls, credssp and logon.
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:control = 'HKLM\SYSTEM\CurrentControlSet\Control'
$script:winStations = "$control\Terminal Server\WinStations"
$script:certificateLimit = 50
$script:keyFileLimit = 20000  # a leaking program leaves hundreds of thousands: count no further than says so
$script:foreignLimit = 50
$script:rights = 'SeRemoteInteractiveLogonRight', 'SeDenyRemoteInteractiveLogonRight', 'SeNetworkLogonRight', 'SeDenyNetworkLogonRight'
$script:groups = @{ administrators = 'S-1-5-32-544'; remote_desktop_users = 'S-1-5-32-555' }

# The listener's key container and the name that its file begins with: the MD5 of the container's name. It stands here
# because a host in FIPS mode refuses to compute an MD5.
$script:container = 'TSSecKeySet1'
$script:filePrefix = 'f686aace6942fb7f7ceb231212eef4a4_'

Function Get-RdpStore {
    param ([string] $Name)
    $store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList $Name, 'LocalMachine'
    try {
        $store.Open('ReadOnly, OpenExistingOnly')
        $all = $store.Certificates
        $list = foreach ($certificate in $all | Select-Object -First $certificateLimit) {
            $entry = @{
                thumbprint = [string]$certificate.Thumbprint
                der = [string][Convert]::ToBase64String($certificate.RawData)
                has_private_key = [bool]$certificate.HasPrivateKey
                key_provider = $null
            }
            $info = $native::KeyProvider($certificate.Handle)
            if ($null -ne $info) {
                $entry.key_provider = @{ container = [string]$info[0]; provider = [string]$info[1]; provider_type = [long]$info[2] }
            }
            $entry
        }
        @{ exists = $true; truncated = [bool]($all.Count -gt $certificateLimit); certificates = @($list) }
    }
    catch {
        if ((Get-RdpFailure $_.Exception) -ne 'not_found') {
            throw
        }
        @{ exists = $false; truncated = $false; certificates = @() }
    }
    finally {
        $store.Close()
    }
}

Function Get-RdpCertificateFact {
    @{
        bindings = Get-RdpValueMap @{
            $winStations = 'SelfSignedCertificate SelfSignedCertStore TemplateCertificate'
            "$winStations\RDP-Tcp" = 'SSLCertificateSHA1Hash'
            'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services' = 'CertTemplateName'
        }
        stores = @{ remote_desktop = Get-RdpStore 'Remote Desktop'; my = Get-RdpStore My }
    }
}

# Owner, group and access list of a file or folder; nothing where they may not be read.
Function Get-RdpSddl {
    param ([string] $Path)
    try {
        [string](Get-Acl -LiteralPath $Path).Sddl
    }
    catch {
        if ((Get-RdpFailure $_.Exception) -ne 'access_denied') {
            throw
        }
    }
}

Function Get-RdpKeyStoreFact {
    $guid = Get-RdpValue HKLM\SOFTWARE\Microsoft\Cryptography MachineGuid
    $folder = [IO.Path]::Combine([Environment]::GetFolderPath('CommonApplicationData'), 'Microsoft\Crypto\RSA\MachineKeys')
    $file = $filePrefix + (Limit-RdpText $guid.value)
    $key = @{ container = $container; file_name = $file; exists = $false; size = $null; sddl = $null }
    $foreign = New-Object -TypeName System.Collections.Generic.List[string]
    $count = 0
    $sddl = $null
    $exists = [IO.Directory]::Exists($folder)
    if ($exists) {
        $sddl = Get-RdpSddl $folder
        foreach ($dummy in [IO.Directory]::EnumerateFiles($folder)) {
            $count++
            if ($count -gt $keyFileLimit) {
                break
            }
        }
        # By pattern, so that the file system looks the names up; File.Exists would call what is denied absent.
        foreach ($path in [IO.Directory]::EnumerateFiles($folder, "$filePrefix*")) {
            $name = [IO.Path]::GetFileName($path)
            if ($name -eq $file) {
                $key.exists = $true
                $key.size = [long](New-Object -TypeName System.IO.FileInfo -ArgumentList $path).Length
                $key.sddl = Get-RdpSddl $path
            }
            elseif ($foreign.Count -lt $foreignLimit) {
                $foreign.Add($name)
            }
        }
    }
    @{
        machine_guid = $guid
        program_data = Get-RdpValue 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList' ProgramData
        folder = @{ path = [string]$folder; exists = [bool]$exists; sddl = $sddl }
        listener_key = $key
        foreign_files = $foreign.ToArray()
        file_count = [Math]::Min($count, $keyFileLimit)
        truncated = [bool]($count -gt $keyFileLimit)
    }
}

Function Get-RdpTlsFact {
    $protocols = @{}
    foreach ($minor in 0..3) {
        $path = "$control\SecurityProviders\SCHANNEL\Protocols\TLS 1.$minor"
        $protocols["tls1$minor"] = @{
            server = Get-RdpValueTable "$path\Server" Enabled, DisabledByDefault
            client = Get-RdpValueTable "$path\Client" Enabled, DisabledByDefault
        }
    }
    $local = Get-RdpValueTable "$control\Cryptography\Configuration\Local\SSL\00010002" Functions, EccCurves
    $policy = Get-RdpValueTable HKLM\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL\00010002 Functions, EccCurves
    @{
        protocols = $protocols
        cipher_suites = @{ local = $local.Functions; policy = $policy.Functions }
        curves = @{ local = $local.EccCurves; policy = $policy.EccCurves }
        fips = Get-RdpValue "$control\Lsa\FIPSAlgorithmPolicy" Enabled
    }
}

Function Get-RdpCredsspFact {
    $system = 'System32'
    if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) {
        $system = 'Sysnative'
    }
    $library = [IO.Path]::Combine($env:SystemRoot, $system, 'tspkg.dll')
    $facts = Get-RdpValueMap @{
        'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters' = 'AllowEncryptionOracle'
        "$control\Lsa" = 'DisableRestrictedAdmin'
        'HKLM\SOFTWARE\Policies\Microsoft\Windows\CredentialsDelegation' = 'AllowProtectedCreds'
    }
    $facts.tspkg_version = $null
    if ([IO.File]::Exists($library)) {
        # From the numbers: the text form is free, and names a branch on some builds.
        $info = [Diagnostics.FileVersionInfo]::GetVersionInfo($library)
        $facts.tspkg_version = '{0}.{1}.{2}.{3}' -f $info.FileMajorPart, $info.FileMinorPart, $info.FileBuildPart, $info.FilePrivatePart
    }
    $facts
}

# The account database of the host itself: on a domain controller that is the domain's.
Function Get-RdpAccount {
    param ([string] $Name)
    $answer = Get-RdpAnswer { $native::Account($Name) }
    $account = @{ name = $Name; kind = $answer.kind; flags = $null; password_age_s = $null; password_expired = $null; expires_at = $null }
    if (-not $answer.kind) {
        $account.flags, $account.password_age_s, $expired, $end = $answer.items
        $account.password_expired = [bool]$expired
        if ($end -ne 4294967295) {  # never
            $account.expires_at = Get-RdpTime ([DateTime]'1970-01-01').AddSeconds($end)
        }
    }
    $account
}

Function Get-RdpLogonFact {
    param ([string] $Account)
    $facts = @{
        values = Get-RdpValueMap @{
            "$control\Lsa" = 'LmCompatibilityLevel ForceGuest disabledomaincreds LimitBlankPasswordUse'
            "$control\Lsa\MSV1_0" = 'RestrictReceivingNTLMTraffic RestrictSendingNTLMTraffic AuditReceivingNTLMTraffic ClientAllowedNTLMServers'
            'HKLM\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters' = 'RestrictNTLMInDomain'
        }
        rights = @{}
        groups = @{}
        account = $null
    }
    foreach ($right in $rights) {
        $facts.rights[$right] = Get-RdpAnswer { $native::Holders($right) }
    }
    foreach ($group in $groups.Keys) {
        $facts.groups[$group] = Get-RdpAnswer { $native::Members($groups[$group]) }
    }
    if ($Account) {
        $facts.account = Get-RdpAccount $Account
    }
    $facts
}

Export-ModuleMember -Function Get-Rdp*
