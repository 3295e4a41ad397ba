# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Calls functions of _RdpRegistry.psm1 and _RdpListener.psm1 (the arguments) as no host on this machine can make them go,
# and prints the answers.
$ErrorActionPreference = 'Stop'
$module, $listener = foreach ($path in $args) {
    $text = [IO.File]::ReadAllText($path)
    New-Module -Name ([IO.Path]::GetFileNameWithoutExtension($path)) -ScriptBlock ([ScriptBlock]::Create($text)) | Import-Module -PassThru -Scope Global
}

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
$profiles = foreach ($types in 0, 4, 3) {
    & $listener {
        param ($scripted)
        Function New-Object {
            param ($TypeName, $ComObject)
            if ($ComObject) {
                return [PSCustomObject]@{ CurrentProfileTypes = $scripted }
            }
            Microsoft.PowerShell.Utility\New-Object -TypeName $TypeName
        }
        @{ active = (Get-RdpActiveProfile).names }
    } $types
}
ConvertTo-Json -Depth 5 -Compress -InputObject @{
    kinds = $kinds
    code = Get-RdpErrorCode -Exception $noService
    closed = $closed
    broken = $broken
    profiles = @($profiles)
}
