# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Calls functions of _RdpRegistry.psm1 (the argument) as no host on this machine can make them go, and prints the answers.
$ErrorActionPreference = 'Stop'
$text = [IO.File]::ReadAllText($args[0])
$module = New-Module -Name _RdpRegistry -ScriptBlock ([ScriptBlock]::Create($text)) | Import-Module -PassThru -Scope Global

$kinds = @{}
foreach ($code in -2147024891, -2146233078, -2147024894, -2147024893, -2147023836, -2146233079) {
    $kinds[[string]$code] = Get-RdpErrorKind -Code $code
}
$noService = New-Object -TypeName System.InvalidOperationException -ArgumentList 'outer', (New-Object -TypeName System.ComponentModel.Win32Exception -ArgumentList 1060)
$closed = & $module {
    Function Open-RdpKey {
        throw (New-Object -TypeName System.UnauthorizedAccessException)
    }
    Get-RdpValue -Path HKLM\SOFTWARE\Closed -Name Any
}
$broken = & $module {
    Function Open-RdpKey {
        throw (New-Object -TypeName System.InvalidOperationException)
    }
    try {
        Get-RdpValue -Path HKLM\SOFTWARE\Broken -Name Any
    }
    catch {
        'thrown'
    }
}
ConvertTo-Json -Depth 5 -Compress -InputObject @{
    kinds = $kinds
    code = Get-RdpErrorCode -Exception $noService
    closed = $closed
    broken = $broken
}
