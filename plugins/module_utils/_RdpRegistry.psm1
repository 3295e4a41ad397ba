# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: registry values and services as raw facts, and native error codes.
#AnsibleRequires -CSharpUtil ..module_utils._RdpNative
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Null where nothing is compiled: validate-modules loads the scripts alone.
$script:native = 'ansible_collections.rdpops.health.plugins.module_utils._RdpNative.Rdp' -as [type]
# Exported, and to be used inside functions only: modules are loaded in any order.
$script:control = 'HKLM\SYSTEM\CurrentControlSet\Control'
$script:ts = "$control\Terminal Server"
$script:policy = 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
$script:valueLimit = 32768  # characters; the longest honest value is a list of cipher suites
$script:itemLimit = 50
$script:kinds = @{
    String = 'REG_SZ'; ExpandString = 'REG_EXPAND_SZ'; MultiString = 'REG_MULTI_SZ'; Binary = 'REG_BINARY'; DWord = 'REG_DWORD'; QWord = 'REG_QWORD'
    None = 'REG_NONE'; Unknown = 'REG_NONE'  # also the kinds that .NET has no name for
}
$script:errorKinds = @{
    access_denied = 0x80070005, 0x8013150A  # of Windows, of .NET
    not_found = 0x80070002, 0x80070003, 0x80070424, 0x80070534, 0x800708AC, 0x800708AD  # file, path, service, SID, group, user
    needs_interactive_logon = @(0x80070520)
    too_large = @(0x800700EA)
    not_ours = @(0x8007051B)  # the owner is somebody who may not be
}
$script:states = 'unknown', 'stopped', 'start_pending', 'stop_pending', 'running', 'continue_pending', 'pause_pending', 'paused'

# The native code of the innermost exception: types are named differently by each engine.
Function Get-RdpErrorCode {
    param ([System.Exception] $Exception)
    $inner = $Exception.GetBaseException()
    # Its HResult is the same for every cause.
    if ($inner -is [System.ComponentModel.Win32Exception]) { return 0x80070000 -bor ($inner.NativeErrorCode -band 0xFFFF) }
    $inner.HResult
}

Function Get-RdpErrorKind {
    param ([int] $Code)
    foreach ($kind in $errorKinds.Keys) {
        if ($Code -in $errorKinds[$kind]) { return $kind }
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
    try { $hive.OpenSubKey($rest) } finally { $hive.Dispose() }
}

# Calls back with the key, if there is one; throws where it is denied.
Function Use-RdpKey {
    param ([string] $Path, [scriptblock] $With)
    $key = Open-RdpKey $Path
    if ($null -ne $key) {
        try { & $With $key } finally { $key.Dispose() }
    }
}

# {name: {path, value, kind}} as JSON can carry it. Absent and denied are kinds of their own.
Function Get-RdpValueTable {
    param ([string] $Path, [string[]] $Name)
    $table = @{}
    $missing = 'absent'
    try {
        Use-RdpKey $Path {
            param ($key)
            $present = $key.GetValueNames()
            foreach ($entry in $Name) {
                if ($entry -notin $present) { continue }
                $value = $key.GetValue($entry, $null, 'DoNotExpandEnvironmentNames')
                # By its own type and not by its kind: a REG_DWORD of a wrong length arrives as bytes.
                if ($value -is [int]) { $value = [long]$value -band 4294967295 }
                if ($value -is [byte[]]) { $value = [Convert]::ToBase64String($value) }
                if ("$value".Length + 20 * @($value).Count -gt $valueLimit) { throw [System.ComponentModel.Win32Exception]234 }
                $table[$entry] = @{ path = $Path; value = $value; kind = $kinds["$($key.GetValueKind($entry))"] }
            }
        }
    }
    catch { $missing = Get-RdpRefusal $_ }
    foreach ($entry in $Name) {
        if (-not $table[$entry]) { $table[$entry] = @{ path = $Path; value = $null; kind = $missing } }
    }
    $table
}

# Denied is an answer; whatever else went wrong is thrown on.
Function Get-RdpRefusal {
    param ([object] $Fault)
    if ((Get-RdpFailure $Fault.Exception) -ne 'access_denied') { throw $Fault }
    'denied'
}

Function Get-RdpValue {
    param ([string] $Path, [string] $Name)
    (Get-RdpValueTable $Path $Name)[$Name]
}

# From {path: names}: all values in one table.
Function Get-RdpValueMap {
    param ([hashtable] $Table)
    $map = @{}
    foreach ($path in $Table.Keys) { $map += Get-RdpValueTable $path $Table[$path].Split(' ') }
    $map
}

# The value as .NET has it, however long; nothing where it is absent. The comma keeps an array whole.
Function Get-RdpRaw {
    param ([string] $Path, [string] $Name)
    Use-RdpKey $Path { , $args[0].GetValue($Name, $null, 'DoNotExpandEnvironmentNames') }
}

# Names of the values of a key, or of the keys below it.
Function Get-RdpName {
    param ([string] $Path, [switch] $Below)
    $found = @{ kind = 'absent'; names = @() }
    try {
        Use-RdpKey $Path {
            $found.kind = ''
            $found.names = [string[]]$args[0].GetValueNames()
            if ($Below) { $found.names = [string[]]$args[0].GetSubKeyNames() }
        }
    }
    catch { $found.kind = Get-RdpRefusal $_ }
    $found
}

# Whether there are values of a name: true, false, or null where the key is closed. Without a name, whether the key is there.
Function Test-RdpName {
    param ([string] $Path, [string] $Like)
    $found = Get-RdpName $Path
    if ($found.kind -eq 'denied') { return $null }  # and not nothing, which Windows PowerShell writes as {} in JSON
    if (-not $Like) { return $found.kind -ne 'absent' }
    [bool]($found.names -like $Like)
}

# {name: the first so many of what comes in, truncated: whether there are more}.
Function Limit-RdpList {
    param ([string] $Name, [int] $Most)
    $all = @($input)
    @{ $Name = @($all | Select-Object -First $Most); truncated = [bool]($all.Count -gt $Most) }
}

# The answers of one question, or why there are none: the rest of its subset is still wanted.
Function Get-RdpAnswer {
    param ([scriptblock] $Ask, [int] $Limit = $itemLimit)
    try { @{ kind = '' } + (& $Ask | Limit-RdpList items $Limit) }
    catch { @{ kind = Get-RdpFailure $_.Exception; items = @(); truncated = $false } }
}

# Existence is the manager's word and not the key's: a key may be left over, or written by hand and never loaded.
Function Get-RdpService {
    param ([string] $Name)
    $path = "HKLM\SYSTEM\CurrentControlSet\Services\$Name"
    $fact = Get-RdpValueTable $path Start, ObjectName, ImagePath
    $fact += @{ ServiceDll = Get-RdpValue "$path\Parameters" ServiceDll; exists = $true; state = 'unknown'; kind = '' }
    try { $fact.state = $states[$native::Service($Name)[0]] }
    catch {
        $fact.exists = $null
        $fact.kind = Get-RdpFailure $_.Exception
        if ($fact.kind -eq 'not_found') { $fact.exists, $fact.state, $fact.kind = $false, $null, '' }
    }
    $fact
}

Function Get-RdpTime {
    param ([DateTime] $Utc)
    $Utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
}

Export-ModuleMember -Function *-Rdp* -Variable native, control, ts, policy
