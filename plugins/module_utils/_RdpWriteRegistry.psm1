# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the kinds of operations on registry values, keys and access lists.
#AnsibleRequires -PowerShell ..module_utils._RdpJournal
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:types = @{ REG_SZ = 1; REG_EXPAND_SZ = 2; REG_BINARY = 3; REG_DWORD = 4; REG_MULTI_SZ = 7; REG_QWORD = 11 }
$script:valueLimit = 2000
$script:exportLimit = 1MB

# Calls back with an opened key, or with nothing where it is absent. What is called sees this function's variables before its maker's.
Function Use-RdpHive {
    param ([string] $Path, [scriptblock] $With, [string] $Rights, [switch] $Make)
    $root, $rest = $Path -split '\\', 2
    $hive = [Microsoft.Win32.RegistryKey]::OpenBaseKey(@{ HKLM = 'LocalMachine'; HKCU = 'CurrentUser' }[$root], 'Registry64')
    $key = $null
    try {
        if ($Make) {
            $key = $hive.CreateSubKey($rest)
        }
        elseif ($Rights) {
            $key = $hive.OpenSubKey($rest, 'ReadWriteSubTree', $Rights)
        }
        else {
            $key = $hive.OpenSubKey($rest)
        }
        & $With $key
    }
    finally {
        if ($null -ne $key) {
            $key.Dispose()
        }
        $hive.Dispose()
    }
}

Function Get-RdpRaw {
    param ([object] $Key, [string] $Name)
    $found = $effects::Value($Key.Handle, $Name)
    if ($null -ne $found) {
        '{0}:{1}' -f $found[0], [Convert]::ToBase64String($found[1])
    }
}

Function Set-RdpRaw {
    param ([object] $Key, [string] $Name, [string] $Raw)
    $type, $data = $Raw.Split(':')
    $effects::SetValue($Key.Handle, $Name, [int]$type, [Convert]::FromBase64String($data))
}

# Kind and value as the reader shows them, and type number and bytes as they are.
Function ConvertFrom-RdpRaw {
    param ([string] $Raw)
    $shown = @{ kind = 'absent'; value = $null; raw = $Raw }
    if ($Raw) {
        $type, $shown.value = $Raw.Split(':')
        $bytes = [Convert]::FromBase64String($shown.value)
        $text = [Text.Encoding]::Unicode.GetString($bytes)
        $shown.kind = [string](@($types.Keys | Where-Object { $types[$_] -eq $type }) + 'REG_NONE')[0]
        switch ($shown.kind) {
            { $_ -in 'REG_SZ', 'REG_EXPAND_SZ' } { $shown.value = $text -replace '\0\z' }
            REG_MULTI_SZ { $shown.value = [string[]]@(($text -replace '\0{1,2}\z').Split("`0") * [int]($text.Trim("`0") -ne '')) }
            { $_ -eq 'REG_DWORD' -and $bytes.Length -eq 4 } { $shown.value = [long][BitConverter]::ToUInt32($bytes, 0) }
            { $_ -eq 'REG_QWORD' -and $bytes.Length -eq 8 } { $shown.value = [long][BitConverter]::ToInt64($bytes, 0) }
        }
    }
    $shown
}

Function ConvertTo-RdpRaw {
    param ([hashtable] $State)
    $value = $State['value']
    if (-not $types.ContainsKey([string]$State.kind)) { return '' }
    $bytes = switch ($State.kind) {
        { $_ -in 'REG_SZ', 'REG_EXPAND_SZ' } { , [Text.Encoding]::Unicode.GetBytes("$value`0") }
        REG_MULTI_SZ { , [Text.Encoding]::Unicode.GetBytes((@($value | ForEach-Object { "$_`0" }) -join '') + "`0") }
        { $_ -eq 'REG_DWORD' -and $value -isnot [string] } { , [BitConverter]::GetBytes([uint32]$value) }
        { $_ -eq 'REG_QWORD' -and $value -isnot [string] } { , [BitConverter]::GetBytes([long]$value) }
        default { , [Convert]::FromBase64String([string]$value) }
    }
    '{0}:{1}' -f $types[[string]$State.kind], [Convert]::ToBase64String($bytes)
}

# What two states are compared by: type number and bytes, of texts without the zeros at their end.
Function Get-RdpMark {
    param ([hashtable] $State)
    $raw = $State['raw']
    if ($null -eq $raw) { $raw = ConvertTo-RdpRaw $State }
    $type, $data = $raw.Split(':')
    if ($raw -and $type -in 1, 2, 7) {
        return @{ mark = "${type}:" + [Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($data)).TrimEnd("`0") }
    }
    if ($State.kind -eq 'absent' -or ($raw -and $types.Values -contains $type)) { return @{ mark = $raw } }
    @{ mark = "$($State.kind) $($State['value'])" }  # a kind that only the reader's word is known of
}

Function Read-RdpValue {
    param ([hashtable] $Target)
    $raw = Use-RdpHive $Target.key {
        param ($key)
        if ($null -ne $key) {
            Get-RdpRaw $key $Target.value
        }
    }
    ConvertFrom-RdpRaw $raw
}

Function Write-RdpValue {
    param ([hashtable] $Target, [string] $Raw)
    if ($Raw) { return Use-RdpHive $Target.key -Make { param ($key) Set-RdpRaw $key $Target.value $Raw } }
    Use-RdpHive $Target.key -Rights SetValue {
        param ($key)
        if ($null -ne $key) {
            $key.DeleteValue($Target.value, $false)
        }
    }
}

# Those of a key and the keys above it that are not there, the lowest first.
Function Get-RdpMissingKey {
    param ([string] $Path)
    while ($Path.Contains('\') -and -not (Use-RdpHive $Path { param ($key) $null -ne $key })) {
        $Path
        $Path = $Path.Substring(0, $Path.LastIndexOf('\'))
    }
}

# A key that was made for a value goes with it, unless somebody has put something there since.
Function Remove-RdpEmptyKey {
    param ([string] $Path)
    $empty = Use-RdpHive $Path { param ($key) $null -ne $key -and -not $key.ValueCount -and -not $key.SubKeyCount }
    if ($empty) {
        $above, $leaf = $Path -split '\\(?=[^\\]*\z)'
        Use-RdpHive $above -Rights 'ReadKey, WriteKey' { param ($key) $key.DeleteSubKey($leaf) }
    }
}

# A key and all below it, each key before those in it.
Function Export-RdpKey {
    param ([string] $Path, [hashtable] $Size = @{ count = 0; bytes = 0 })
    Use-RdpHive $Path {
        param ($key)
        $values = @(foreach ($name in $key.GetValueNames()) {
                $raw = Get-RdpRaw $key $name
                $Size.count++
                $Size.bytes += $raw.Length + $name.Length
                @{ name = [string]$name; raw = [string]$raw }
            })
        $Size.count++
        if ($Size.count -gt $valueLimit -or $Size.bytes -gt $exportLimit) {
            throw "$Path holds more than $valueLimit values or $exportLimit bytes, which is no key of this kind."
        }
        @{ key = $Path; sddl = ConvertTo-RdpSddl ($effects::Security($key.Handle, 4)) Access; values = $values }
        foreach ($name in $key.GetSubKeyNames()) {
            Export-RdpKey "$Path\$name" $Size
        }
    }
}

Function Import-RdpKey {
    param ([object[]] $Keys)
    foreach ($saved in $Keys) {
        Use-RdpHive $saved.key -Make {
            param ($key)
            foreach ($value in $saved.values) {
                Set-RdpRaw $key $value.name $value.raw
            }
        }
    }
    foreach ($saved in $Keys) {
        Write-RdpAccess @{ key = $saved.key } $saved.sddl
    }
}

# The access list of a key, file or folder as Windows prints it.
Function Use-RdpSecured {
    param ([hashtable] $Target, [scriptblock] $Secured, [switch] $Write)
    if ($Target['path']) {
        if ([IO.File]::GetAttributes($Target.path) -band [IO.FileAttributes]::ReparsePoint) {
            throw "$($Target.path) leads elsewhere."
        }
        return Use-RdpHandle $Target.path (0x20000, 0x60000)[[int][bool]$Write] $Secured
    }
    Use-RdpHive $Target.key -Rights ('ReadPermissions, ChangePermissions', 'ReadPermissions')[-not $Write] {
        param ($key)
        if ($null -eq $key) { throw "$($Target.key) is not there." }
        & $Secured $key.Handle
    }
}

Function Read-RdpAccess {
    param ([hashtable] $Target)
    # AR is what was asked for at the last write, and no part of the list.
    $list = Use-RdpSecured $Target { param ($handle) ConvertTo-RdpSddl ($effects::Security($handle, 4)) Access }
    @{ sddl = $list -replace '^(D:P?)AR', '$1' }
}

Function Write-RdpAccess {
    param ([hashtable] $Target, [string] $Sddl)
    # Windows keeps the mark of a list that was inherited only where it is asked to.
    $list = ConvertFrom-RdpSddl ($Sddl -replace '^(D:P?)(AR)?AI', '$1ARAI')
    Use-RdpSecured $Target -Write { param ($handle) $effects::Secure($handle, 4, $list) }
}

Function Get-RdpAccessMark {
    param ([hashtable] $State)
    @{ sddl = (ConvertTo-RdpSddl (ConvertFrom-RdpSddl $State.sddl) Access) -replace '^(D:P?)(AR|AI)+', '$1' }
}

Function Get-RdpRegistryKind {
    $value = @{
        Read = { param ($op) Read-RdpValue $op.target }
        Mark = { param ($state) Get-RdpMark $state }
        Save = { param ($op) @{ created = [string[]]@(Get-RdpMissingKey $op.target.key) } }
        Write = { param ($op) Write-RdpValue $op.target (ConvertTo-RdpRaw $op.ensure) }
        Restore = {
            param ($op, $entry)
            Write-RdpValue $op.target $entry.before.raw
            if (-not $entry.before.raw) {
                $entry.saved.created | ForEach-Object { Remove-RdpEmptyKey $_ }
            }
        }
    }
    $list = @{
        Read = { param ($op) Read-RdpAccess $op.target }
        Mark = { param ($state) Get-RdpAccessMark $state }
        Write = { param ($op) Write-RdpAccess $op.target $op.ensure.sddl }
        Restore = { param ($op, $entry) Write-RdpAccess $op.target $entry.before.sddl }
    }
    @{
        registry_value = $value
        certificate_binding = $value
        key_acl = $list
        file_acl = $list
        registry_key = @{
            Whole = $false  # that it is there says not that all of it is
            Read = { param ($op) @{ present = Use-RdpHive $op.target.key { param ($key) [bool]($null -ne $key) } } }
            Save = { param ($op) @{ keys = @(Export-RdpKey $op.target.key) } }
            Write = {
                param ($op)
                $above, $leaf = $op.target.key -split '\\(?=[^\\]*\z)'
                Use-RdpHive $above -Rights 'ReadKey, WriteKey' { param ($key) $key.DeleteSubKeyTree($leaf) }
            }
            Restore = { param ($op, $entry) Import-RdpKey $entry.saved.keys }
        }
    }
}

Export-ModuleMember -Function *-Rdp*
