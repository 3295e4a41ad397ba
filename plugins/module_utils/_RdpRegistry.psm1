# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: registry values and services as raw facts, and native error codes.
#AnsibleRequires -CSharpUtil ..module_utils._RdpNative
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Null where nothing is compiled: validate-modules loads the scripts alone.
$script:native = 'ansible_collections.rdpops.health.plugins.module_utils._RdpNative.Rdp' -as [type]
$script:valueLimit = 32768  # characters or bytes; the longest honest value is a list of cipher suites
$script:itemLimit = 50
$script:kinds = @{
    String = 'REG_SZ'
    ExpandString = 'REG_EXPAND_SZ'
    Binary = 'REG_BINARY'
    DWord = 'REG_DWORD'
    MultiString = 'REG_MULTI_SZ'
    QWord = 'REG_QWORD'
}
$script:errorKinds = @{
    0x80070005 = 'access_denied'
    0x8013150A = 'access_denied'  # COR_E_SECURITY
    0x80070002 = 'not_found'  # file
    0x80070003 = 'not_found'  # path
    0x80070424 = 'not_found'  # service
    0x80070534 = 'not_found'  # name of a security identifier
    0x800708AC = 'not_found'  # group
    0x800708AD = 'not_found'  # user
    0x80070520 = 'needs_interactive_logon'
    0x800700EA = 'too_large'
}
$script:states = @{ 1 = 'stopped'; 2 = 'start_pending'; 3 = 'stop_pending'; 4 = 'running'; 5 = 'continue_pending'; 6 = 'pause_pending'; 7 = 'paused' }

# The native code of the innermost exception: types are named differently by each engine.
Function Get-RdpErrorCode {
    param ([System.Exception] $Exception)
    $inner = $Exception.GetBaseException()
    if ($inner -is [System.ComponentModel.Win32Exception]) {
        # Its HResult is the same for every cause.
        return 0x80070000 -bor ($inner.NativeErrorCode -band 0xFFFF)
    }
    $inner.HResult
}

Function Get-RdpErrorKind {
    param ([int] $Code)
    if ($errorKinds[$Code]) {
        return $errorKinds[$Code]
    }
    'unexpected'
}

Function Get-RdpFailure {
    param ([System.Exception] $Exception)
    Get-RdpErrorKind (Get-RdpErrorCode $Exception)
}

Function Limit-RdpText {
    param ([string] $Text, [int] $Length = 256)
    $Text.Substring(0, [Math]::Min($Text.Length, $Length))
}

# The 64-bit view; nothing where the key is absent. The caller closes it.
Function Open-RdpKey {
    param ([string] $Path)
    $root, $rest = $Path -split '\\', 2
    $hive = [Microsoft.Win32.RegistryKey]::OpenBaseKey(@{ HKLM = 'LocalMachine'; HKCU = 'CurrentUser' }[$root], 'Registry64')
    try {
        $hive.OpenSubKey($rest)
    }
    finally {
        $hive.Dispose()
    }
}

# As JSON can carry it, in a hashtable so that a list of one stays a list. By the value's own type and not by its kind:
# a REG_DWORD of a wrong length arrives as bytes.
Function ConvertTo-RdpPlain {
    param ([AllowNull()] [object] $Value)
    if ($null -eq $Value) {
        return @{ value = $null }
    }
    if ($Value -is [int]) {
        return @{ value = [long][BitConverter]::ToUInt32([BitConverter]::GetBytes($Value), 0) }
    }
    if ($Value -is [long]) {
        return @{ value = [long]$Value }
    }
    $size = $Value.Length
    if ($Value -is [string[]]) {
        $size = 20 * $size + ($Value -join '').Length
    }
    if ($size -gt $valueLimit) {
        throw (New-Object -TypeName System.ComponentModel.Win32Exception -ArgumentList 234)
    }
    if ($Value -is [byte[]]) {
        return @{ value = [string][Convert]::ToBase64String($Value) }
    }
    if ($Value -is [string[]]) {
        return @{ value = [string[]]$Value }
    }
    @{ value = [string]$Value }
}

# Calls back with the key and its names, or with nothing and why: absent or denied.
Function Use-RdpKey {
    param ([string] $Path, [scriptblock] $With)
    $key = $null
    $missing = 'absent'
    try {
        $key = Open-RdpKey -Path $Path
    }
    catch {
        if ((Get-RdpFailure $_.Exception) -ne 'access_denied') {
            throw
        }
        $missing = 'denied'
    }
    try {
        & $With $key $missing
    }
    finally {
        if ($null -ne $key) {
            $key.Dispose()
        }
    }
}

# {name: {path, value, kind}}. Absent and denied are kinds of their own.
Function Get-RdpValueTable {
    param ([string] $Path, [string[]] $Name)
    $table = @{}
    Use-RdpKey $Path {
        param ($key, $missing)
        $present = @()
        if ($null -ne $key) {
            $present = $key.GetValueNames()
        }
        foreach ($entry in $Name) {
            $table[$entry] = @{ path = $Path; value = $null; kind = $missing }
            if ($present -contains $entry) {
                $plain = ConvertTo-RdpPlain $key.GetValue($entry, $null, 'DoNotExpandEnvironmentNames')
                $kind = $kinds[[string]$key.GetValueKind($entry)]
                if (-not $kind) {
                    $kind = 'REG_NONE'  # also for the kinds that .NET has no name for
                }
                $table[$entry] = @{ path = $Path; value = $plain.value; kind = $kind }
            }
        }
    }
    $table
}

Function Get-RdpValue {
    param ([string] $Path, [string] $Name)
    (Get-RdpValueTable $Path $Name)[$Name]
}

# The value as .NET has it, however long; nothing where it is absent. The comma keeps an array whole.
Function Get-RdpRaw {
    param ([string] $Path, [string] $Name)
    $key = Open-RdpKey $Path
    if ($null -eq $key) {
        return
    }
    try {
        , $key.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')
    }
    finally {
        $key.Dispose()
    }
}

# From {path: names}: all values in one table.
Function Get-RdpValueMap {
    param ([hashtable] $Table)
    $map = @{}
    foreach ($path in $Table.Keys) {
        $map += Get-RdpValueTable $path $Table[$path].Split(' ')
    }
    $map
}

# Names of the values of a key, or of the keys below it.
Function Get-RdpName {
    param ([string] $Path, [switch] $Below)
    Use-RdpKey $Path {
        param ($opened, $missing)
        if ($null -eq $opened) {
            return @{ kind = $missing; names = @() }
        }
        $names = $opened.GetValueNames()
        if ($Below) {
            $names = $opened.GetSubKeyNames()
        }
        @{ kind = ''; names = [string[]]$names }
    }
}

# The answers of one question, or why there are none: the rest of its subset is still wanted.
Function Get-RdpAnswer {
    param ([scriptblock] $Ask, [int] $Limit = $itemLimit)
    try {
        $all = @(& $Ask)
        @{ kind = ''; items = @($all | Select-Object -First $Limit); truncated = [bool]($all.Count -gt $Limit) }
    }
    catch {
        @{ kind = Get-RdpFailure $_.Exception; items = @(); truncated = $false }
    }
}

# Existence is the manager's word and not the key's: a key may be left over, or written by hand and never loaded.
Function Get-RdpService {
    param ([string] $Name)
    $path = "HKLM\SYSTEM\CurrentControlSet\Services\$Name"
    $fact = Get-RdpValueTable $path Start, ObjectName, ImagePath
    $fact.ServiceDll = Get-RdpValue "$path\Parameters" ServiceDll
    $fact.state = 'unknown'
    try {
        $state = $states[$native::Service($Name)[0]]
        if ($state) {
            $fact.state = $state
        }
    }
    catch {
        if ((Get-RdpFailure $_.Exception) -eq 'not_found') {
            $fact.state = $null
        }
    }
    $fact.exists = [bool]$fact.state
    $fact
}

Function Get-RdpTime {
    param ([DateTime] $Utc)
    $Utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
}

Export-ModuleMember -Function *-Rdp* -Variable native
