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
    String = 'REG_SZ'; ExpandString = 'REG_EXPAND_SZ'; Binary = 'REG_BINARY'; DWord = 'REG_DWORD'; MultiString = 'REG_MULTI_SZ'; QWord = 'REG_QWORD'
    None = 'REG_NONE'; Unknown = 'REG_NONE'  # those that .NET has no name for
}
$script:errorKinds = @{
    0x80070005 = 'access_denied'; 0x8013150A = 'access_denied'; 0x80090010 = 'access_denied'  # system, .NET, keys
    0x80070002 = 'not_found'; 0x80070003 = 'not_found'; 0x80090016 = 'not_found'  # file, path, key
    0x80070424 = 'not_found'; 0x80070534 = 'not_found'; 0x800708AC = 'not_found'; 0x800708AD = 'not_found'  # service, SID, group, user
    0x80070520 = 'needs_interactive_logon'; 0x800700EA = 'too_large'
}
$script:states = 'unknown', 'stopped', 'start_pending', 'stop_pending', 'running', 'continue_pending', 'pause_pending', 'paused'

# The native code of the innermost exception: types are named differently by each engine.
Function Get-RdpErrorCode {
    param ([System.Exception] $Exception)
    $inner = $Exception.GetBaseException()
    if ($inner -is [System.ComponentModel.Win32Exception]) {
        # Its HResult is the same for every cause. Codes of keys are whole already.
        if ($inner.NativeErrorCode -lt 0) {
            return $inner.NativeErrorCode
        }
        return 0x80070000 -bor $inner.NativeErrorCode
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
    $hive.OpenSubKey($rest)
    $hive.Dispose()
}

# Calls back with the key where there is one; throws where it is denied.
Function Use-RdpKey {
    param ([string] $Path, [scriptblock] $With)
    $key = Open-RdpKey $Path
    if ($null -ne $key) {
        try {
            & $With $key
        }
        finally {
            $key.Dispose()
        }
    }
}

# Why a key said nothing where that is an answer; whatever else went wrong is thrown on.
Function Get-RdpRefusal {
    param ([System.Management.Automation.ErrorRecord] $Fault)
    if ((Get-RdpFailure $Fault.Exception) -ne 'access_denied') {
        throw $Fault
    }
    'denied'
}

# As JSON can carry it. By the value's own type and not by its kind: a REG_DWORD of a wrong length arrives as bytes.
Function ConvertTo-RdpPlain {
    param ([AllowNull()] [object] $Value)
    if ($Value -is [int]) {
        return [long]$Value -band 4294967295
    }
    if ($null -eq $Value -or $Value -is [long]) {
        return $Value
    }
    $size = $Value.Length
    if ($Value -is [string[]]) {
        $size = 20 * $size + ($Value -join '').Length
    }
    if ($size -gt $valueLimit) {
        throw (New-Object -TypeName System.ComponentModel.Win32Exception -ArgumentList 234)
    }
    if ($Value -is [byte[]]) {
        return [Convert]::ToBase64String($Value)
    }
    , $Value
}

# {name: {path, value, kind}}. Absent and denied are kinds of their own.
Function Get-RdpValueTable {
    param ([string] $Path, [string[]] $Name)
    $table = @{}
    $missing = 'absent'
    try {
        Use-RdpKey $Path {
            param ($key)
            foreach ($entry in $key.GetValueNames() | Where-Object { $_ -in $Name }) {
                $value = ConvertTo-RdpPlain $key.GetValue($entry, $null, 'DoNotExpandEnvironmentNames')
                $table[$entry] = @{ path = $Path; value = $value; kind = [string]$kinds[[string]$key.GetValueKind($entry)] }
            }
        }
    }
    catch {
        $missing = Get-RdpRefusal $_
    }
    foreach ($entry in $Name) {
        if (-not $table[$entry]) {
            $table[$entry] = @{ path = $Path; value = $null; kind = $missing }
        }
    }
    $table
}

Function Get-RdpValue {
    param ([string] $Path, [string] $Name)
    (Get-RdpValueTable $Path $Name)[$Name]
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

# The value as .NET has it, however long; nothing where it is absent. The comma keeps an array whole.
Function Get-RdpRaw {
    param ([string] $Path, [string] $Name)
    Use-RdpKey $Path {
        param ($key)
        , $key.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')
    }
}

# Names of the values of a key, or of the keys below it.
Function Get-RdpName {
    param ([string] $Path, [switch] $Below)
    $found = @{ kind = 'absent'; names = @() }
    try {
        Use-RdpKey $Path {
            param ($key)
            $found.kind = ''
            $found.names = @(if ($Below) { $key.GetSubKeyNames() } else { $key.GetValueNames() })
        }
    }
    catch {
        $found.kind = Get-RdpRefusal $_
    }
    $found
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
    $fact += @{ exists = $true; state = 'unknown'; kind = '' }
    try {
        $fact.state = $states[$native::Service($Name)[0]]
    }
    catch {
        $fact.exists = $null
        $fact.kind = Get-RdpFailure $_.Exception
        if ($fact.kind -eq 'not_found') {
            $fact.exists, $fact.state, $fact.kind = $false, $null, ''
        }
    }
    $fact
}

Function Get-RdpTime {
    param ([DateTime] $Utc)
    $Utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
}

Export-ModuleMember -Function *-Rdp* -Variable native
