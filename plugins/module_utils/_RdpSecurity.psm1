# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the subsets certificate, key_store, tls and credssp.
#AnsibleRequires -CSharpUtil ..module_utils._RdpNative
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:control = 'HKLM\SYSTEM\CurrentControlSet\Control'
$script:winStations = "$script:control\Terminal Server\WinStations"
$script:certificateLimit = 50
$script:keyFileLimit = 20000  # a leaking program leaves hundreds of thousands: count no further than says so
$script:foreignLimit = 50

# The listener's key container and the name that its file begins with: the MD5 of the container's name. It stands here
# because a host in FIPS mode refuses to compute an MD5.
$script:container = 'TSSecKeySet1'
$script:filePrefix = 'f686aace6942fb7f7ceb231212eef4a4_'

Function Get-RdpKeyProvider {
    <#
    .SYNOPSIS
    Returns where a certificate's private key is kept, without opening it; nothing where the store does not say.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)] [System.Security.Cryptography.X509Certificates.X509Certificate2] $Certificate
    )
    $info = [ansible_collections.rdpops.health.plugins.module_utils._RdpNative.RdpKeyProvider]::Read($Certificate.Handle)
    if ($null -ne $info) {
        @{ container = [string]$info.Container; provider = [string]$info.Provider; provider_type = [long]$info.ProviderType }
    }
}

Function Get-RdpStore {
    <#
    .SYNOPSIS
    Lists the certificates of one store of the machine.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)] [string] $Name
    )
    $store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList $Name, 'LocalMachine'
    $list = New-Object -TypeName System.Collections.Generic.List[object]
    try {
        $store.Open('ReadOnly, OpenExistingOnly')
        $all = $store.Certificates
        foreach ($certificate in $all) {
            if ($list.Count -lt $script:certificateLimit) {
                $list.Add(@{
                        thumbprint = [string]$certificate.Thumbprint
                        der = [string][Convert]::ToBase64String($certificate.RawData)
                        has_private_key = [bool]$certificate.HasPrivateKey
                        key_provider = Get-RdpKeyProvider -Certificate $certificate
                    })
            }
        }
        @{ exists = $true; truncated = [bool]($all.Count -gt $script:certificateLimit); certificates = $list.ToArray() }
    }
    catch {
        if ((Get-RdpErrorKind -Code (Get-RdpErrorCode -Exception $_.Exception)) -ne 'not_found') {
            throw
        }
        @{ exists = $false; truncated = $false; certificates = @() }
    }
    finally {
        $store.Close()
    }
}

Function Get-RdpCertificateFact {
    <#
    .SYNOPSIS
    Reads which certificate the listener is told to serve, and the certificates it can choose from.
    #>
    [CmdletBinding()]
    param ()
    $bindings = Get-RdpValueTable -Path $script:winStations -Name SelfSignedCertificate, SelfSignedCertStore, TemplateCertificate
    $bindings.SSLCertificateSHA1Hash = Get-RdpValue -Path "$script:winStations\RDP-Tcp" -Name SSLCertificateSHA1Hash
    $bindings.CertTemplateName = Get-RdpValue -Path 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services' -Name CertTemplateName
    @{
        bindings = $bindings
        stores = @{
            remote_desktop = Get-RdpStore -Name 'Remote Desktop'
            my = Get-RdpStore -Name My
        }
    }
}

Function Get-RdpSddl {
    <#
    .SYNOPSIS
    Returns owner, group and access list of a file or folder as SDDL; nothing where it may not be read.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)] [string] $Path
    )
    try {
        [string](Get-Acl -LiteralPath $Path).Sddl
    }
    catch {
        if ((Get-RdpErrorKind -Code (Get-RdpErrorCode -Exception $_.Exception)) -ne 'access_denied') {
            throw
        }
    }
}

Function Get-RdpKeyStoreFact {
    <#
    .SYNOPSIS
    Looks for the listener's key file by its computed name, and at the rights on it and on its folder.
    #>
    [CmdletBinding()]
    param ()
    $guid = Get-RdpValue -Path 'HKLM\SOFTWARE\Microsoft\Cryptography' -Name MachineGuid
    $folder = [IO.Path]::Combine([Environment]::GetFolderPath('CommonApplicationData'), 'Microsoft\Crypto\RSA\MachineKeys')
    $file = $script:filePrefix + [string]$guid.value
    $key = @{ container = $script:container; file_name = $file; exists = $false; size = $null; sddl = $null }
    $foreign = New-Object -TypeName System.Collections.Generic.List[string]
    $count = 0
    $sddl = $null
    $exists = [IO.Directory]::Exists($folder)
    if ($exists) {
        $sddl = Get-RdpSddl -Path $folder
        foreach ($dummy in [IO.Directory]::EnumerateFiles($folder)) {
            $count++
            if ($count -gt $script:keyFileLimit) {
                break
            }
        }
        # By pattern, so that the file system looks the names up; File.Exists would call what is denied absent.
        foreach ($path in [IO.Directory]::EnumerateFiles($folder, "$($script:filePrefix)*")) {
            $name = [IO.Path]::GetFileName($path)
            if ($name -eq $file) {
                $key.exists = $true
                $key.size = [long](New-Object -TypeName System.IO.FileInfo -ArgumentList $path).Length
                $key.sddl = Get-RdpSddl -Path $path
            }
            elseif ($foreign.Count -lt $script:foreignLimit) {
                $foreign.Add($name)
            }
        }
    }
    @{
        machine_guid = $guid
        program_data = Get-RdpValue -Path 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList' -Name ProgramData
        folder = @{ path = [string]$folder; exists = [bool]$exists; sddl = $sddl }
        listener_key = $key
        foreign_files = $foreign.ToArray()
        file_count = [Math]::Min($count, $script:keyFileLimit)
        truncated = [bool]($count -gt $script:keyFileLimit)
    }
}

Function Get-RdpTlsFact {
    <#
    .SYNOPSIS
    Reads the switches of the TLS versions, the lists of cipher suites and curves, and FIPS mode.
    #>
    [CmdletBinding()]
    param ()
    $protocols = @{}
    foreach ($minor in 0..3) {
        $path = "$script:control\SecurityProviders\SCHANNEL\Protocols\TLS 1.$minor"
        $protocols["tls1$minor"] = @{
            server = Get-RdpValueTable -Path "$path\Server" -Name Enabled, DisabledByDefault
            client = Get-RdpValueTable -Path "$path\Client" -Name Enabled, DisabledByDefault
        }
    }
    $local = Get-RdpValueTable -Path "$script:control\Cryptography\Configuration\Local\SSL\00010002" -Name Functions, EccCurves
    $policy = Get-RdpValueTable -Path 'HKLM\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL\00010002' -Name Functions, EccCurves
    @{
        protocols = $protocols
        cipher_suites = @{ local = $local.Functions; policy = $policy.Functions }
        curves = @{ local = $local.EccCurves; policy = $policy.EccCurves }
        fips = Get-RdpValue -Path "$script:control\Lsa\FIPSAlgorithmPolicy" -Name Enabled
    }
}

Function Get-RdpCredsspFact {
    <#
    .SYNOPSIS
    Reads the CredSSP switches and the version of the library that they depend on.
    #>
    [CmdletBinding()]
    param ()
    $system = 'System32'
    if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) {
        $system = 'Sysnative'
    }
    $library = [IO.Path]::Combine($env:SystemRoot, $system, 'tspkg.dll')
    $version = $null
    if ([IO.File]::Exists($library)) {
        # From the numbers: the text form is free, and names a branch on some builds.
        $info = [Diagnostics.FileVersionInfo]::GetVersionInfo($library)
        $version = '{0}.{1}.{2}.{3}' -f $info.FileMajorPart, $info.FileMinorPart, $info.FileBuildPart, $info.FilePrivatePart
    }
    @{
        AllowEncryptionOracle = Get-RdpValue -Path 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters' `
            -Name AllowEncryptionOracle
        tspkg_version = $version
        DisableRestrictedAdmin = Get-RdpValue -Path "$script:control\Lsa" -Name DisableRestrictedAdmin
        AllowProtectedCreds = Get-RdpValue -Path 'HKLM\SOFTWARE\Policies\Microsoft\Windows\CredentialsDelegation' -Name AllowProtectedCreds
    }
}

Export-ModuleMember -Function Get-RdpCertificateFact, Get-RdpKeyStoreFact, Get-RdpTlsFact, Get-RdpCredsspFact
