# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# For ops_functions.ps1 and ops_settling.ps1: loads the script modules of win_rdp_ops (the arguments: an empty folder for journals, then the modules in
# the order of use) and gives them a host of three values, each step of which leaves a picture.
$ErrorActionPreference = 'Stop'
$place, $paths = $args
$modules = @{}
foreach ($path in $paths) {
    $name = [IO.Path]::GetFileNameWithoutExtension($path)
    $modules[$name] = New-Module -Name $name -ScriptBlock ([ScriptBlock]::Create([IO.File]::ReadAllText($path))) | Import-Module -PassThru -Scope Global
}
$tcp = 'HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp'
$told = @{}

Function New-Operation {
    param ($Id, $Kind, $Target, $Ensure, $Expect, $Reversible = $true)
    @{ id = $Id; kind = $Kind; target = $Target; ensure = $Ensure; expect = $Expect; reversible = $Reversible; risk = 'low'; restart = 'none' }
}

# A host of three values; every step leaves a picture of host and disk.
$global:world = @{}
$global:pictures = $null
$global:fullAt = 0
$global:stays = $false
$global:written = 0
Function global:Add-Picture {
    param ([string] $Torn = '')
    if ($null -ne $pictures) {
        $files = @{}
        foreach ($file in [IO.Directory]::GetFiles($global:root, 'journal.jsonl', 'AllDirectories')) {
            $files[$file] = [IO.File]::ReadAllText($file) + $Torn
        }
        $pictures.Add(@{ world = $world.Clone(); files = $files })
    }
}
$global:scripted = @{
    Read = {
        param ($op)
        @{ kind = 'REG_DWORD'; value = $world[$op.target.value]; raw = "4:$($world[$op.target.value])" }
    }
    Write = {
        param ($op)
        Add-Picture
        $world[$op.target.value] = $op.ensure.value
        Add-Picture
    }
    Restore = {
        param ($op, $entry)
        Add-Picture
        $world[$op.target.value] = $entry.before.value
        Add-Picture
    }
}
. $modules._RdpOperation { Function script:Get-RdpHandler { $global:scripted } }
. $modules._RdpJournal {
    $script:real = ${function:Write-RdpLine}
    Function script:New-RdpFolder { param ($Path) $null = [IO.Directory]::CreateDirectory($Path) }
    Function script:Confirm-RdpOwner { }
    Function script:Write-RdpLine {
        $global:written++
        if ($global:written -eq $global:fullAt -or ($global:stays -and $global:fullAt -and $global:written -gt $global:fullAt)) {
            throw (New-Object -TypeName System.IO.IOException -ArgumentList 'There is not enough space on the disk.', 0x80070070)
        }
        Add-Picture '{"line":"torn'
        & $script:real @args
        Add-Picture
    }
}

$global:number = 0
Function Start-World {
    param ($World, $Files)
    Unlock-RdpJournal
    $global:number++
    $old = $global:root
    $global:root = [IO.Path]::Combine($place, [string]$global:number)
    $null = [IO.Directory]::CreateDirectory($global:root)
    . $modules._RdpJournal {
        $script:root = $global:root
        $script:folder = $global:root + '\journal'
        $script:marks = $global:root + '\break_glass'
    }
    $global:world = $World.Clone()
    $global:written = 0
    foreach ($file in $Files.Keys) {
        $to = $file.Replace($old, $global:root)
        $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($to))
        [IO.File]::WriteAllText($to, $Files[$file])
    }
}

Function New-Run {
    @{ check = $false; consent = @(); journal = $null; header = @{ id = '1-a'; plan_digest = ''; run_id = ''; operations = $operations; break_glass = $null } }
}

Function Get-Left {
    # What is left of earlier runs after one that settles them: nothing.
    @(Repair-RdpJournal (New-Run) take_back | ForEach-Object { $_.results | ForEach-Object { $_.status } } | Where-Object { $_ -in 'restored', 'changed' }).Count
}

$first = @{ SecurityLayer = [long]0; UserAuthentication = [long]0; MinEncryptionLevel = [long]1 }
$goal = @{ SecurityLayer = [long]2; UserAuthentication = [long]1; MinEncryptionLevel = [long]3 }
$operations = @(foreach ($name in 'SecurityLayer', 'UserAuthentication', 'MinEncryptionLevel') {
        New-Operation $name registry_value @{ key = $tcp; value = $name } @{ kind = 'REG_DWORD'; value = $goal[$name] } @{ kind = 'REG_DWORD'; value = $first[$name] }
    })
Function Get-WorldText { (@($world.Keys | Sort-Object | ForEach-Object { "$_=$($world[$_])" }) -join ' ') }
