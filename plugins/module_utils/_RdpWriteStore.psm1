# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the kinds of operations on files, certificates and saved credentials.
#AnsibleRequires -PowerShell ..module_utils._RdpJournal
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:copyLimit = 128MB

# By the list of its folder: asked for by its path, a file that is denied looks absent. Nothing but an ordinary file is ever touched.
Function Read-RdpFile {
    param ([string] $Path)
    $above = New-Object -TypeName System.IO.DirectoryInfo -ArgumentList ([IO.Path]::GetDirectoryName($Path))
    $found = @()
    if ($above.Exists) { $found = @($above.EnumerateFileSystemInfos([IO.Path]::GetFileName($Path))) }
    if (-not $found.Count) { return @{ present = $false; size = $null } }
    if ($found[0].Attributes -band ([IO.FileAttributes]::Directory -bor [IO.FileAttributes]::ReparsePoint)) {
        throw 'it is no ordinary file.'
    }
    @{ present = $true; size = [long]$found[0].Length }
}

# Whose a file is, who may do what, and its times: a copy has none of them.
Function Save-RdpFile {
    param ([string] $Path)
    $file = New-Object -TypeName System.IO.FileInfo -ArgumentList $Path
    @{
        sddl = ConvertTo-RdpSddl (Use-RdpHandle $Path 0x20000 { param ($handle) , $effects::Security($handle, 5) }) 'Owner, Access'
        times = [string[]]@($file.CreationTimeUtc, $file.LastWriteTimeUtc, $file.LastAccessTimeUtc | ForEach-Object { $_.ToFileTimeUtc() })
    }
}

# Within a volume a file stays what it is. Elsewhere it is copied beside its place, made what it was, and put there by one step.
Function Move-RdpFile {
    param ([string] $From, [string] $To, [hashtable] $Saved)
    try {
        return $effects::Move($From, $To)
    }
    catch {
        $cause = $_.Exception.GetBaseException()
        if ($cause -isnot [System.ComponentModel.Win32Exception] -or $cause.NativeErrorCode -ne 17) { throw }
    }
    $beside = "$To.part"
    Copy-RdpFile $From $beside
    if ($Saved) {
        $file = New-Object -TypeName System.IO.FileInfo -ArgumentList $beside
        $file.CreationTimeUtc, $file.LastWriteTimeUtc, $file.LastAccessTimeUtc = $Saved.times | ForEach-Object { [DateTime]::FromFileTimeUtc([long]$_) }
        $descriptor = ConvertFrom-RdpSddl ($Saved.sddl -replace '(D:P?)(AR)?AI', '$1ARAI')
        Use-RdpHandle $beside 0xE0000 { param ($handle) $effects::Secure($handle, 5, $descriptor) }
    }
    $effects::Move($beside, $To)
    [IO.File]::Delete($From)
}

Function Copy-RdpFile {
    param ([string] $From, [string] $To)
    if ((New-Object -TypeName System.IO.FileInfo -ArgumentList $From).Length -gt $copyLimit) {
        throw "it is larger than the $copyLimit bytes that are kept of a file."
    }
    [IO.File]::Copy($From, $To, $true)
    $stream = New-Object -TypeName System.IO.FileStream -ArgumentList $To, Open, ReadWrite
    try {
        $stream.Flush($true)
    }
    finally {
        $stream.Dispose()
    }
}

Function Get-RdpKept {
    param ([hashtable] $Operation, [string] $Folder)
    [IO.Path]::Combine($Folder, "$($Operation.id).kept")
}

# A certificate of the listener's store with its properties: the name of its key is one of them, the key is not.
Function Use-RdpStore {
    param ([string] $Thumbprint, [scriptblock] $With, [string] $How = 'ReadOnly', [string] $Name = 'Remote Desktop')
    $store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList $Name, 'LocalMachine'
    $store.Open("$How, OpenExistingOnly")
    try {
        & $With $store @($store.Certificates.Find('FindByThumbprint', $Thumbprint, $false))
    }
    finally {
        $store.Close()
    }
}

Function Read-RdpCredential {
    param ([hashtable] $Target)
    $name = $Target.name -replace '^LegacyGeneric:target='
    $found = @($effects::Credentials() | Where-Object { $_[1] -eq $Target.type -and ($_[0] -replace '^\w+:target=') -eq $name })
    $state = @{ present = [bool]$found.Count; last_written = $null }
    if ($found.Count) { $state.last_written = ConvertTo-RdpPlain ([DateTime]::FromFileTimeUtc($found[0][2])) }
    $state
}

Function Get-RdpStoreKind {
    $file = { param ($op) Read-RdpFile $op.target.path }
    @{
        file_isolate = @{
            Read = $file
            Write = { param ($op, $journal) $effects::Move($op.target.path, (Get-RdpKept $op $journal.path)) }
            Restore = { param ($op, $entry, $journal) $effects::Move((Get-RdpKept $op $journal.path), $op.target.path) }
        }
        file_remove = @{
            Read = $file
            Save = { param ($op) Save-RdpFile $op.target.path }
            Write = { param ($op, $journal) Move-RdpFile $op.target.path (Get-RdpKept $op $journal.path) }
            Restore = { param ($op, $entry, $journal) Move-RdpFile (Get-RdpKept $op $journal.path) $op.target.path $entry.saved }
        }
        certificate_remove = @{
            Read = { param ($op) Use-RdpStore $op.target.thumbprint { param ($store, $found) @{ present = [bool]$found.Count } } }
            Save = {
                param ($op)
                Use-RdpStore $op.target.thumbprint { param ($store, $found) @{ element = [Convert]::ToBase64String($found[0].Export('SerializedCert')) } }
            }
            Write = {
                param ($op)
                Use-RdpStore $op.target.thumbprint -How ReadWrite {
                    param ($store, $found)
                    $store.Remove($found[0])
                    $effects::Commit($store.StoreHandle)
                }
            }
            Restore = {
                param ($op, $entry)
                $element = [Convert]::FromBase64String($entry.saved.element)
                Use-RdpStore $op.target.thumbprint -How ReadWrite {
                    param ($store)
                    $store.Add((New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Certificate2 -ArgumentList (, $element)))
                    $effects::Commit($store.StoreHandle)
                }
            }
        }
        credential_remove = @{
            Read = { param ($op) Read-RdpCredential $op.target }
            Write = { param ($op) $effects::RemoveCredential($op.target.name -replace '^LegacyGeneric:target=', [int]$op.target.type) }
        }
    }
}

Export-ModuleMember -Function *-Rdp*
