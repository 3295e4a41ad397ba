# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the subsets certificate, key_store, tls, credssp and logon.
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:channel = 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'
$script:delegation = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\CredentialsDelegation'
$script:lists = 'AllowDefaultCredentials AllowDefCredentialsWhenNTLMOnly AllowFreshCredentials AllowFreshCredentialsWhenNTLMOnly ' +
'AllowSavedCredentials AllowSavedCredentialsWhenNTLMOnly DenyDefaultCredentials DenyFreshCredentials DenySavedCredentials'
$script:fileLimit = 20000  # a leaking program leaves hundreds of thousands: count no further than says so
# What the name of the listener's own key file begins with: to be told whatever becomes of hashing.
$script:filePrefix = 'f686aace6942fb7f7ceb231212eef4a4'

# The bound ones come first: never beyond the limit.
Function Get-RdpStore {
    param ([string] $Name, [string[]] $Bound)
    $store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList $Name, 'LocalMachine'
    try {
        $store.Open('ReadOnly, OpenExistingOnly')
        $facts = $store.Certificates | Sort-Object -Property { $_.Thumbprint -notin $Bound } | Limit-RdpList certificates 50
        $facts.certificates = @(foreach ($certificate in $facts.certificates) {
            $key = $native::KeyProvider($certificate.Handle)
            if ($key) { $key = @{ container = $key[0]; provider = $key[1]; provider_type = $key[2] } }
            @{
                thumbprint = [string]$certificate.Thumbprint
                der = [string][Convert]::ToBase64String($certificate.RawData)
                has_private_key = [bool]$certificate.HasPrivateKey
                key_provider = $key
            }
        })
        @{ exists = $true; kind = '' } + $facts
    }
    catch {
        # One that is closed or broken leaves the other, and the bindings.
        $facts = @{ exists = $null; kind = Get-RdpFailure $_.Exception; truncated = $false; certificates = @() }
        if ($facts.kind -eq 'not_found') { $facts.exists, $facts.kind = $false, '' }
        $facts
    }
    finally { $store.Close() }
}

Function Get-RdpBound {
    param ([hashtable] $Binding)
    foreach ($value in $Binding.Values) {
        if ($value.kind -eq 'REG_BINARY') { [BitConverter]::ToString([Convert]::FromBase64String($value.value)) -replace '-' }
    }
}

Function Get-RdpCertificateFact {
    $binding = Get-RdpValueMap @{
        "$ts\WinStations" = 'SelfSignedCertificate SelfSignedCertStore TemplateCertificate'
        "$ts\WinStations\RDP-Tcp" = 'SSLCertificateSHA1Hash'
        $policy = 'CertTemplateName'
    }
    $bound = Get-RdpBound $binding
    @{ bindings = $binding; stores = @{ remote_desktop = Get-RdpStore 'Remote Desktop' $bound; my = Get-RdpStore My $bound } }
}

# Owner, group and access list of a file or folder, or why there are none.
Function Add-RdpSddl {
    param ([hashtable] $Fact, [string] $Path)
    $Fact.sddl, $Fact.sddl_kind = $null, ''
    try { $Fact.sddl = [string]$native::Sddl($Path) } catch { $Fact.sddl_kind = Get-RdpFailure $_.Exception }
}

# A key file, and those of the same container made under another MachineGuid.
# By pattern, so that the file system looks the names up; File.Exists would call what is denied absent.
Function Get-RdpKeyFile {
    param ([string] $Folder, [string] $Prefix, [hashtable] $Guid)
    $key = @{ file_name = $null; exists = $null; size = $null; sddl = $null; sddl_kind = 'not_looked_for' }
    # Without it the own file cannot be told from those of others.
    if ($Guid.kind -ne 'REG_SZ' -or -not $Guid.value) { return $key, $null }
    $key.file_name, $key.sddl_kind = ("${Prefix}_" + (Limit-RdpText $Guid.value)), ''
    try {
        $foreign = foreach ($file in ([IO.DirectoryInfo]$Folder).EnumerateFiles("${Prefix}_*")) {
            if ($file.Name -ne $key.file_name) {
                [string]$file.Name
                continue
            }
            $key.exists, $key.size = $true, [long]$file.Length
            Add-RdpSddl $key $file.FullName
        }
        if (-not $key.exists) { $key.exists = $false }
    }
    catch {
        $kind = Get-RdpFailure $_.Exception
        if ($kind -ne 'not_found') {
            $key.sddl_kind = $kind
            return $key, $null
        }
        $key.exists, $foreign = $false, @()
    }
    $key, @($foreign | Select-Object -First 50)
}

# Of the bound certificates. How the newer provider names its files is not documented.
Function Get-RdpBoundKey {
    param ([string] $Folder, [hashtable] $Guid)
    $facts = Get-RdpCertificateFact
    $bound = @(Get-RdpBound $facts.bindings)
    foreach ($entry in @($facts.stores.remote_desktop.certificates) + @($facts.stores.my.certificates)) {
        $from = $entry.key_provider
        if ($entry.thumbprint -notin $bound -or -not $from) { continue }
        $key = @{ file_name = $null; exists = $null; size = $null; sddl = $null; sddl_kind = 'not_looked_for' }
        if ($from.provider_type -in 1, 12, 24 -and $from.container -notmatch '[^ -~]') {
            try { $key, $null = Get-RdpKeyFile $Folder $native::KeyFile($from.container) $Guid }
            catch { $key.sddl_kind = Get-RdpFailure $_.Exception }
        }
        $key + @{ thumbprint = $entry.thumbprint; container = $from.container; provider_type = $from.provider_type }
    }
}

Function Get-RdpKeyStoreFact {
    $guid = Get-RdpValue HKLM\SOFTWARE\Microsoft\Cryptography MachineGuid
    $path = [IO.Path]::Combine([Environment]::GetFolderPath('CommonApplicationData'), 'Microsoft\Crypto\RSA\MachineKeys')
    $folder = @{ path = $path }
    # Key files, and sometimes the folder, name no administrator: the privilege to make backups does not ask them.
    $was = $native::Backup($true)
    try {
        Add-RdpSddl $folder $path
        $folder.exists = $folder.sddl_kind -ne 'not_found'
        $key, $foreign = Get-RdpKeyFile $path $filePrefix $guid
        $bound = Get-RdpAnswer { Get-RdpBoundKey $path $guid }
        $count, $listed = 0, ''
        try {
            foreach ($dummy in [IO.Directory]::EnumerateFiles($path)) {
                if (++$count -gt $fileLimit) { break }
            }
        }
        catch {
            $listed = Get-RdpFailure $_.Exception
            if ($listed -eq 'not_found') { $listed = '' } else { $count = $null }
        }
    }
    finally { $null = $native::Backup($was) }
    @{
        machine_guid = $guid
        program_data = Get-RdpValue 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList' ProgramData
        folder = $folder
        listener_key = $key + @{ container = 'TSSecKeySet1' }
        bound_keys = $bound
        foreign_files = $foreign
        file_count = $(if ($null -eq $count) { $null } else { [Math]::Min($count, $fileLimit) })
        list_kind = $listed
        truncated = [bool]($count -gt $fileLimit)
    }
}

# What somebody set for algorithms of Schannel.
Function Get-RdpAlgorithm {
    param ([string] $Kind)
    Get-RdpAnswer {
        Use-RdpKey "$channel\$Kind" {
            foreach ($name in $args[0].GetSubKeyNames()) {
                @{ name = [string]$name } + (Get-RdpValueTable "$channel\$Kind\$name" Enabled, ServerMinKeyBitLength)
            }
        }
    }
}

Function Get-RdpTlsFact {
    $facts = @{
        protocols = @{}
        fips = Get-RdpValue "$control\Lsa\FIPSAlgorithmPolicy" Enabled
        ciphers = Get-RdpAlgorithm Ciphers
        hashes = Get-RdpAlgorithm Hashes
        key_exchange = Get-RdpAlgorithm KeyExchangeAlgorithms
    }
    foreach ($minor in 0..3) {
        $path = "$channel\Protocols\TLS 1.$minor"
        $facts.protocols["tls1$minor"] = @{
            server = Get-RdpValueTable "$path\Server" Enabled, DisabledByDefault
            client = Get-RdpValueTable "$path\Client" Enabled, DisabledByDefault
        }
    }
    $local = Get-RdpValueTable "$control\Cryptography\Configuration\Local\SSL\00010002" Functions, EccCurves
    $byPolicy = Get-RdpValueTable HKLM\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL\00010002 Functions, EccCurves
    $facts.cipher_suites = @{ local = $local.Functions; policy = $byPolicy.Functions }
    $facts.curves = @{ local = $local.EccCurves; policy = $byPolicy.EccCurves }
    $facts
}

# To whom credentials may be handed on: switches, whether Windows' own list is added, and the servers.
Function Get-RdpDelegation {
    $facts = @{}
    foreach ($name in $lists.Split(' ')) {
        $facts[$name] = @{
            policy = Get-RdpValue $delegation $name
            concatenate = Get-RdpValue $delegation "ConcatenateDefaults_$($name -replace 'Credentials(When)?')"
            servers = Get-RdpAnswer {
                Use-RdpKey "$delegation\$name" {
                    foreach ($entry in $args[0].GetValueNames() | Select-Object -First 51) { Limit-RdpText $args[0].GetValue($entry) }
                }
            }
        }
    }
    $facts
}

Function Get-RdpCredsspFact {
    $system = 'System32'
    if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) { $system = 'Sysnative' }
    $library = [IO.Path]::Combine($env:SystemRoot, $system, 'tspkg.dll')
    $facts = Get-RdpValueMap @{
        'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters' = 'AllowEncryptionOracle'
        "$control\Lsa" = 'DisableRestrictedAdmin'
        $delegation = 'AllowProtectedCreds'
    }
    $facts.delegation = Get-RdpDelegation
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
        # 4294967295 is never.
        if ($end -ne 4294967295) { $account.expires_at = Get-RdpTime ([DateTime]'1970-01-01').AddSeconds($end) }
    }
    $account
}

Function Get-RdpLogonFact {
    param ([string] $Account)
    $facts = @{
        values = Get-RdpValueMap @{
            "$control\Lsa" = 'LmCompatibilityLevel ForceGuest disabledomaincreds LimitBlankPasswordUse'
            "$control\Lsa\pku2u" = 'AllowOnlineID'
            "$control\Lsa\MSV1_0" = 'RestrictReceivingNTLMTraffic RestrictSendingNTLMTraffic AuditReceivingNTLMTraffic ClientAllowedNTLMServers'
            'HKLM\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters' = 'RestrictNTLMInDomain'
        }
        rights = @{}
        groups = @{
            administrators = Get-RdpAnswer { $native::Members('S-1-5-32-544') }
            remote_desktop_users = Get-RdpAnswer { $native::Members('S-1-5-32-555') }
        }
        account = $null
    }
    foreach ($right in 'RemoteInteractive', 'DenyRemoteInteractive', 'Network', 'DenyNetwork') {
        $facts.rights["Se${right}LogonRight"] = Get-RdpAnswer { $native::Holders("Se${right}LogonRight") }
    }
    if ($Account) { $facts.account = Get-RdpAccount $Account }
    $facts
}

Export-ModuleMember -Function Get-Rdp*
