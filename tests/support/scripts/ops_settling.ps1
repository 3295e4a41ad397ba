# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# What the functions of win_rdp_ops (arguments: see ops_world.ps1) do with journals of earlier runs, with what is held or denied, and with what is
# left half done.
$ErrorActionPreference = 'Stop'
. ([IO.Path]::Combine($PSScriptRoot, 'ops_world.ps1')) @args
$layer = @{ key = $tcp; value = 'SecurityLayer' }

Function New-Step {
    param ([long] $From, [long] $To)
    @(, (New-Operation step registry_value $layer @{ kind = 'REG_DWORD'; value = $To } @{ kind = 'REG_DWORD'; value = $From }))
}

# A run of its own name, of a plan with a digest.
Function Invoke-Named {
    param ($Id, $Operations, $Ends = $null)
    $run = New-Run
    $run.header = @{ id = $Id; plan_digest = 'sha256:1'; run_id = ''; operations = $Operations; break_glass = $null }
    if ($Ends) { $run.header.break_glass = @{ owner = 'o'; reason = 'r'; expires_at = $Ends } }
    $run.answer = Invoke-RdpPlan $Operations $run
    Unlock-RdpJournal
    $run
}

Function Get-Settled {
    param ($How = 'take_back')
    $run = New-Run
    $told = @(Repair-RdpJournal $run $How)
    @{
        fault = [string]$run['fault']; order = @($told | ForEach-Object { $_.journal }); actions = @($told | ForEach-Object { $_.action })
        status = @($told | ForEach-Object { $_.results | ForEach-Object { $_.status } }); world = Get-WorldText
        states = @(Get-RdpJournal | ForEach-Object { $_.state })
    }
}

Function Get-Thrown {
    param ($With)
    try {
        $null = & $With
        ''
    }
    catch {
        [string]$_.Exception.Message
    }
}
$over = '2020-01-01T00:00:00Z'
$global:first = $first
Function Start-First { Start-World $global:first @{} }
Function Get-File { [IO.Path]::Combine($global:root, 'journal\1-a\journal.jsonl') }
Function Limit-File {
    # As a run leaves it that was killed after so many lines.
    param ($Count)
    [IO.File]::WriteAllLines((Get-File), [string[]]@([IO.File]::ReadAllLines((Get-File)) | Select-Object -First $Count))
}

# Two breaches of one value, both over.
Start-First
$null = Invoke-Named '1-a' (New-Step 0 1) $over
Lock-RdpJournal
$null = Invoke-Named '2-b' (New-Step 1 2) $over
$told.newest_first = Get-Settled

# Somebody has changed what a breach that is over had changed; later it is as the breach left it.
Start-First
$null = Invoke-Named '1-a' (New-Step 0 1) $over
$world.SecurityLayer = [long]7
$told.changed_since = @((Get-Settled), (Get-Settled))
$told.changed_lines = @([IO.File]::ReadAllLines((Get-File))).Count
$world.SecurityLayer = [long]1
$told.changed_back = Get-Settled

# What is denied while it is put back, then no longer.
$restore = $global:scripted.Restore
$global:denied = $true
$global:scripted.Restore = {
    param ($op, $entry)
    if ($global:denied) {
        throw (New-Object -TypeName System.UnauthorizedAccessException -ArgumentList 'Access is denied.')
    }
    $world[$op.target.value] = $entry.before.value
}
Start-First
$bad = @(New-Step 0 1) + (New-Operation bad registry_value @{ key = $tcp; value = 'UserAuthentication' } @{ kind = 'REG_DWORD'; value = [long]1 } @{ kind = 'REG_DWORD'; value = [long]5 })
$told.denied = @{ message = (Invoke-Named '1-a' $bad).answer.message; still = Get-Settled }
$global:denied = $false
$told.denied.then = Get-Settled 'finish'
$told.denied.again = Get-RdpAgainRefusal 'sha256:1'
Start-First
$run = Invoke-Named '1-a' (New-Step 0 1)
$global:denied = $true
$back = Undo-RdpJournal $run -Strict
$global:denied = $false
$told.denied_rollback = @{ state = $back.state; fault = $back.fault; then = Get-Settled 'finish' }
$told.denied_rollback.again = Get-RdpAgainRefusal 'sha256:1'
$global:scripted.Restore = $restore

# Which plans are tried again: one that failed, one that was undone, one that was only cut short, one whose breach was over.
$told.again = @{}
Start-First
$null = Invoke-Named '1-a' $bad
$told.again.failed = Get-RdpAgainRefusal 'sha256:1'
$told.again.other = Get-RdpAgainRefusal 'sha256:2'
$told.again.none = Get-RdpAgainRefusal ''
Lock-RdpJournal
$run = Invoke-Named '2-b' (New-Step 0 1)
$told.again.later_success = Get-RdpAgainRefusal 'sha256:1'
$null = Undo-RdpJournal $run -Strict
$told.again.undone = Get-RdpAgainRefusal 'sha256:1'
Start-First
$null = Invoke-Named '1-a' (New-Step 0 1)
Limit-File 3
$null = Get-Settled
$told.again.cut = Get-RdpAgainRefusal 'sha256:1'
Start-First
$null = Invoke-Named '1-a' (New-Step 0 1) $over
$null = Get-Settled
$told.again.over = Get-RdpAgainRefusal 'sha256:1'

# What no run of this module wrote.
Start-First
$null = Invoke-Named '1-a' (New-Step 0 1)
$good = [IO.File]::ReadAllText((Get-File))
$told.damaged = @(foreach ($change in @('"line":"intent"', '"line":"other"'), @('RDP-Tcp', 'Console'), @('"1-a"', '"2-b"'), @('"line":"done"', '"line:"done"')) {
        [IO.File]::WriteAllText((Get-File), $good.Replace($change[0], $change[1]))
        @(Get-RdpJournal)[0].state
        Get-Thrown { Repair-RdpJournal (New-Run) take_back }
    })

# A journal that somebody holds, and one whose first line is gone.
Start-First
$null = Invoke-Named '1-a' (New-Step 0 1)
$held = New-Object -TypeName System.IO.FileStream -ArgumentList (Get-File), Open, ReadWrite, None
$told.held = @{ state = @(Get-RdpJournal)[0].state; message = Get-Thrown { Repair-RdpJournal (New-Run) take_back } }
$held.Dispose()
$told.held.then = @(Get-RdpJournal)[0].state
[IO.File]::WriteAllText((Get-File), '{"line":"hea')
$kept = [IO.Path]::Combine($global:root, 'journal\1-a\x.kept')
[IO.File]::WriteAllText($kept, 'x')
$told.kept = @{ message = Get-Thrown { Repair-RdpJournal (New-Run) take_back }; there = [IO.File]::Exists($kept) }
[IO.File]::Delete($kept)
$told.empty = (Get-Settled).states

# A disk that is full in the middle of a line.
Start-First
$global:run = Invoke-Named '1-a' (New-Step 0 1)
$before = [IO.File]::ReadAllText((Get-File))
. $modules._RdpJournal {
    Function script:Write-RdpStream {
        param ($Stream, $Bytes)
        $Stream.Write($Bytes, 0, 5)
        $Stream.Flush($true)
        throw (New-Object -TypeName System.IO.IOException -ArgumentList 'There is not enough space on the disk.', 0x80070070)
    }
}
$told.torn = @{ message = Get-Thrown { Add-RdpLine $global:run.journal @{ line = 'reopened' } }; same = [IO.File]::ReadAllText((Get-File)) -ceq $before }
. $modules._RdpJournal {
    Function script:Write-RdpStream {
        param ($Stream, $Bytes)
        $Stream.Write($Bytes, 0, $Bytes.Length)
    }
}

# The ends of a breach.
$now = [DateTime]::Parse('2026-11-20T08:00:00Z').ToUniversalTime()
$told.ends = @('2026-11-23T08:00:00Z', '2026-11-23T08:06:00Z', '2099-01-01T00:00:00Z', '2026-13-01T00:00:00Z', 'soon' | ForEach-Object { Get-RdpMarkRefusal $_ $now })

# From here on the kinds' own handlers. A key that is deleted by half.
. $modules._RdpOperation { Function script:Get-RdpHandler { param ($Kind) ((Get-RdpRegistryKind) + (Get-RdpStoreKind) + (Get-RdpHostKind))[$Kind] } }
$whole = @{ a = '1'; b = '2' }
$global:tree = $whole.Clone()
$global:halfway = $true
. $modules._RdpWriteRegistry {
    Function script:Export-RdpKey { $global:tree.Keys | ForEach-Object { @{ name = $_; raw = $global:tree[$_] } } }
    Function script:Import-RdpKey { param ($Keys) $Keys | ForEach-Object { $global:tree[$_.name] = $_.raw } }
    Function script:Use-RdpHive {
        param ($Path, $With)
        $key = $null
        if ($global:tree.Count) {
            $key = New-Object -TypeName PSObject
            $key | Add-Member -MemberType ScriptMethod -Name DeleteSubKeyTree -Value {
                $global:tree.Remove('a')
                if ($global:halfway) { throw (New-Object -TypeName System.UnauthorizedAccessException) }
                $global:tree.Clear()
            }
        }
        & $With $key
    }
}
Function Get-Tree { @($global:tree.Keys | Sort-Object) -join '' }
$store = New-Operation key registry_key @{ key = 'HKLM\SOFTWARE\Microsoft\MSLicensing\Store' } @{ present = $false } @{ present = $true }
$told.key = @{}
Start-First
$told.key.failed = @((Invoke-Named '1-a' @(, $store)).answer.results[0].status, (Get-Tree))
$global:halfway = $false
foreach ($how in 'take_back', 'finish') {
    # Killed while it was deleted: the intent is there, and half of the key.
    $global:tree = $whole.Clone()
    Start-First
    $run = Invoke-Named '1-a' @(, $store)
    Limit-File 2
    $global:tree = @{ b = '2' }
    $null = Get-Settled $how
    $told.key[$how] = Get-Tree
}
$run.journal = @(Get-RdpJournal)[0]
$told.key.undone = @((Undo-RdpJournal $run -Strict).state, (Get-Tree))
Start-First
$run = Invoke-Named '1-a' @(, $store)
$global:tree = @{ c = '3' }
$told.key.made_anew = @((Undo-RdpJournal $run -Strict).results[0].status, (Get-Tree))

# A file that goes and comes back, within its volume and from another one.
class Scripted {
    static [bool] $Apart = $false
    static [string] $Sddl = 'O:BAD:P(A;;FA;;;BA)'
    static [System.Collections.ArrayList] $Secured = [System.Collections.ArrayList]::new()
    static [object] Open([string] $path, [uint32] $access) { return [System.IO.MemoryStream]::new() }
    static [void] Move([string] $from, [string] $to) {
        if ([Scripted]::Apart -and [System.IO.Path]::GetDirectoryName($from) -ne [System.IO.Path]::GetDirectoryName($to)) {
            throw [System.ComponentModel.Win32Exception]::new(17)
        }
        [System.IO.File]::Move($from, $to)
    }
    static [byte[]] Security([object] $handle, [int] $parts) {
        $parsed = [System.Security.AccessControl.RawSecurityDescriptor]::new([Scripted]::Sddl)
        $bytes = [byte[]]::new($parsed.BinaryLength)
        $parsed.GetBinaryForm($bytes, 0)
        return $bytes
    }
    static [void] Secure([object] $handle, [int] $parts, [byte[]] $list) {
        $text = [System.Security.AccessControl.RawSecurityDescriptor]::new($list, 0).GetSddlForm('All')
        [Scripted]::Secured.Add("$parts $text")
    }
}
$global:effects = [Scripted]
$told.files = @(foreach ($apart in $false, $true) {
        [Scripted]::Apart = $apart
        Start-First
        $path = [IO.Path]::Combine($global:root, 'Default.rdp')
        [IO.File]::WriteAllText($path, '123456')
        [IO.File]::SetLastWriteTimeUtc($path, [DateTime]::new(2020, 2, 3, 4, 5, 6, [DateTimeKind]::Utc))
        $remove = New-Operation file file_remove @{ path = $path } @{ present = $false } @{ present = $true; size = [long]6 }
        $run = Invoke-Named '1-a' @(, $remove)
        $gone = -not [IO.File]::Exists($path)
        $back = Undo-RdpJournal $run -Strict
        @{
            there = $run.answer.results[0].status; message = $run.answer.message; gone = $gone; back = $back.state; fault = $back.fault; text = [IO.File]::ReadAllText($path)
            time = [IO.File]::GetLastWriteTimeUtc($path).ToString('s'); secured = [Scripted]::Secured.ToArray(); left = @([IO.Directory]::GetFiles($global:root)).Count
        }
    })

# Services that take long to stop, and one that does not start.
. $modules._RdpWriteHost {
    $script:serviceSeconds = 1
    Function script:Get-RdpSessionCount { [long]0 }
    Function script:Read-RdpValue { @{ kind = 'REG_DWORD'; value = [long]3; raw = '' } }
    Function script:Get-RdpServiceState {
        param ($Name)
        if ($global:running[$Name] -eq 'stop_pending' -and [DateTime]::UtcNow -gt $global:stopped) { $global:running[$Name] = 'stopped' }
        $global:running[$Name]
    }
    Function script:Use-RdpService {
        param ($Name, $With)
        $service = New-Object -TypeName PSObject
        $service | Add-Member -MemberType ScriptMethod -Name get_DependentServices -Value { @() }
        $service | Add-Member -MemberType NoteProperty -Name Own -Value $Name
        $service | Add-Member -MemberType ScriptMethod -Name Stop -Value {
            $global:stopped = [DateTime]::UtcNow.AddSeconds($global:seconds[$this.Own])
            $global:running[$this.Own] = 'stop_pending'
        }
        $service | Add-Member -MemberType ScriptMethod -Name Start -Value {
            if ($global:broken -eq $this.Own -or $global:running[$this.Own] -eq 'stop_pending') {
                throw (New-Object -TypeName System.InvalidOperationException -ArgumentList 'It does not start.')
            }
            $global:running[$this.Own] = 'running'
        }
        & $With $service
    }
}
$global:restart = New-Operation t service @{ service = 'TermService' } @{ restarted = $true } @{ state = 'running' } $false
Function Get-Running { @($global:running.Keys | Sort-Object | Where-Object { $global:running[$_] -eq 'running' }) -join ' ' }
Function Invoke-Restart {
    param ($Seconds, $Broken = '')
    Start-First
    $global:running = @{ TermService = 'running'; UmRdpService = 'running'; SessionEnv = 'stopped' }
    $global:seconds = @{ TermService = $Seconds; UmRdpService = 0 }
    $global:broken = $Broken
    $run = Invoke-Named '1-a' @(, $restart)
    @{ status = $run.answer.results[0].status; message = $run.answer.message; journal = $run.journal.state; running = Get-Running }
}
$told.slow = Invoke-Restart 1.5
$told.slower = Invoke-Restart 2.5
$told.broken = Invoke-Restart 0 TermService
$global:broken = ''
$told.broken.then = Get-Settled
$told.broken.then_running = Get-Running
# Killed while nothing runs.
$null = Invoke-Restart 0
Limit-File 2
$global:running.TermService = $global:running.UmRdpService = 'stopped'
$told.killed_restart = @((Get-Settled).states, (Get-Running))
ConvertTo-Json -Depth 9 -Compress -InputObject $told
