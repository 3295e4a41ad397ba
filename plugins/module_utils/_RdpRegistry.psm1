# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: registry values as raw facts, and native error codes.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:kinds = @{
    String = 'REG_SZ'
    ExpandString = 'REG_EXPAND_SZ'
    Binary = 'REG_BINARY'
    DWord = 'REG_DWORD'
    MultiString = 'REG_MULTI_SZ'
    QWord = 'REG_QWORD'
}

Function Get-RdpErrorCode {
    <#
    .SYNOPSIS
    Returns the native code of the innermost exception: types are named differently by each engine.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)] [System.Exception] $Exception
    )
    $inner = $Exception.GetBaseException()
    if ($inner -is [System.ComponentModel.Win32Exception]) {
        # Its HResult is the same for every cause.
        return 0x80070000 -bor ($inner.NativeErrorCode -band 0xFFFF)
    }
    $inner.HResult
}

Function Get-RdpErrorKind {
    <#
    .SYNOPSIS
    Returns the stable word for a native code: access_denied, not_found or unexpected.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)] [int] $Code
    )
    switch ($Code) {
        { $_ -in 0x80070005, 0x8013150A } { return 'access_denied' }  # E_ACCESSDENIED, COR_E_SECURITY
        { $_ -in 0x80070002, 0x80070003, 0x80070424 } { return 'not_found' }  # file, path, service
    }
    'unexpected'
}

Function Open-RdpKey {
    <#
    .SYNOPSIS
    Opens a key of HKLM for reading in the 64-bit view; nothing where it is absent. The caller closes it.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)] [string] $Path
    )
    $hive = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry64')
    try {
        $hive.OpenSubKey($Path.Substring('HKLM\'.Length))
    }
    finally {
        $hive.Dispose()
    }
}

Function ConvertTo-RdpPlain {
    <#
    .SYNOPSIS
    Returns a registry value as JSON can carry it, wrapped in a hashtable so that a list of one stays a list.
    #>
    [CmdletBinding()]
    param (
        [AllowNull()] [object] $Value
    )
    if ($null -eq $Value) {
        return @{ value = $null }
    }
    # By the value's own type and not by its kind: a REG_DWORD of a wrong length arrives as bytes.
    if ($Value -is [int]) {
        return @{ value = [long][BitConverter]::ToUInt32([BitConverter]::GetBytes($Value), 0) }
    }
    if ($Value -is [byte[]]) {
        return @{ value = [string][Convert]::ToBase64String($Value) }
    }
    if ($Value -is [string[]]) {
        return @{ value = [string[]]$Value }
    }
    if ($Value -is [long]) {
        return @{ value = [long]$Value }
    }
    @{ value = [string]$Value }
}

Function Get-RdpValueTable {
    <#
    .SYNOPSIS
    Reads named values of one key: {name: {path, value, kind}}. Absent and denied are kinds of their own.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)] [string] $Path,
        [Parameter(Mandatory = $true)] [string[]] $Name
    )
    $table = @{}
    $key = $null
    $missing = 'absent'
    try {
        $key = Open-RdpKey -Path $Path
    }
    catch {
        if ((Get-RdpErrorKind -Code (Get-RdpErrorCode -Exception $_.Exception)) -ne 'access_denied') {
            throw
        }
        $missing = 'denied'
    }
    try {
        $present = @()
        if ($null -ne $key) {
            $present = $key.GetValueNames()
        }
        foreach ($entry in $Name) {
            $table[$entry] = @{ path = $Path; value = $null; kind = $missing }
            if ($present -contains $entry) {
                $plain = ConvertTo-RdpPlain -Value $key.GetValue($entry, $null, 'DoNotExpandEnvironmentNames')
                $kind = $script:kinds[[string]$key.GetValueKind($entry)]
                if (-not $kind) {
                    $kind = 'REG_NONE'  # also for the kinds that .NET has no name for
                }
                $table[$entry] = @{ path = $Path; value = $plain.value; kind = $kind }
            }
        }
    }
    finally {
        if ($null -ne $key) {
            $key.Dispose()
        }
    }
    $table
}

Function Get-RdpValue {
    <#
    .SYNOPSIS
    Reads one value: {path, value, kind}.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)] [string] $Path,
        [Parameter(Mandatory = $true)] [string] $Name
    )
    (Get-RdpValueTable -Path $Path -Name $Name)[$Name]
}

Function Test-RdpKey {
    <#
    .SYNOPSIS
    Tells whether a key exists.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)] [string] $Path
    )
    $key = Open-RdpKey -Path $Path
    if ($null -eq $key) {
        return $false
    }
    $key.Dispose()
    $true
}

Export-ModuleMember -Function Get-RdpErrorCode, Get-RdpErrorKind, Open-RdpKey, Get-RdpValueTable, Get-RdpValue, Test-RdpKey
