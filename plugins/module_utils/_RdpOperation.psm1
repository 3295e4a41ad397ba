# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: one operation, and a whole journal, there and back. What a kind does stands with the kinds.
#AnsibleRequires -PowerShell ..module_utils._RdpWriteRegistry
#AnsibleRequires -PowerShell ..module_utils._RdpWriteStore
#AnsibleRequires -PowerShell ..module_utils._RdpWriteHost
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:handlers = @{}

# When first asked for: in what order the modules are loaded is nobody's promise.
Function Get-RdpHandler {
    param ([string] $Kind)
    if (-not $handlers.Count) { $script:handlers = (Get-RdpRegistryKind) + (Get-RdpStoreKind) + (Get-RdpHostKind) }
    $handlers[$Kind]
}

Function Read-RdpState {
    param ([hashtable] $Operation)
    & (Get-RdpHandler $Operation.kind).Read $Operation
}

Function Get-RdpMarked {
    param ([hashtable] $Operation, [hashtable] $State)
    $mark = (Get-RdpHandler $Operation.kind)['Mark']
    if ($mark -and $State.Count) { return & $mark $State }
    $State
}

# Whether what is there is what was wished, or for each field what else it may be. Of sessions there may be fewer.
Function Test-RdpHolds {
    param ([hashtable] $Operation, [hashtable] $Wish, [hashtable] $Now, [hashtable] $Or = @{})
    $wished, $found, $other = $Wish, $Now, $Or | ForEach-Object { Get-RdpMarked $Operation $_ }
    foreach ($name in $wished.Keys) {
        $value, $is = $wished[$name], $found[$name]
        if ($null -eq $value -or [string]$is -ceq [string]$value -or ($name -eq 'active_sessions' -and $null -ne $is -and $is -lt $value)) { continue }
        if (-not $other.ContainsKey($name) -or [string]$is -cne [string]$other[$name]) { return $false }
    }
    $true
}

# Whether it is still exactly what was written down. A registry value is its type number and bytes.
Function Test-RdpSame {
    param ([hashtable] $Written, [hashtable] $Now)
    -not ($Written.Keys | Where-Object { $_ -notin 'active_sessions', 'kind', 'value' -and [string]$Written[$_] -cne [string]$Now[$_] })
}

Function Get-RdpShort {
    param ([hashtable] $State)
    $text = ConvertTo-Json -InputObject $State -Compress -Depth 5
    $text.Substring(0, [Math]::Min($text.Length, 200))
}

Function New-RdpResult {
    param ([hashtable] $Operation, [string] $Status)
    @{ id = $Operation.id; kind = $Operation.kind; status = $Status; before = $null; after = $null; message = '' }
}

# The first operation that nobody consented to, by its place, and why it is refused.
Function Get-RdpConsentRefusal {
    param ([object[]] $Operations, [string[]] $Consent)
    for ($place = 0; $place -lt $Operations.Count; $place++) {
        $op = $Operations[$place]
        $why = ''
        if ($op.kind -in 'credential_remove', 'session_logoff' -and $Consent -notcontains 'irreversible') {
            $why = 'it cannot be undone, and irreversible is not consented to.'
        }
        if ($op.kind -eq 'service' -and ($op.ensure['restarted'] -or $op.ensure['state'] -eq 'stopped')) {
            $why = Get-RdpSessionRefusal $op.target.service $Consent
        }
        if ($why) { return $place, "operation $($op.id) is refused: $why" }
    }
    -1, ''
}

# Run holds check, consent, the header of a journal to come, and the journal.
Function Invoke-RdpOperation {
    param ([hashtable] $Operation, [hashtable] $Run)
    $result = New-RdpResult $Operation failed
    $handler = Get-RdpHandler $Operation.kind
    $subject = Get-RdpSubject $Operation
    try {
        $now = Read-RdpState $Operation
        if ($handler['Wait'] -and -not $Run.check) { $now = & $handler.Wait $Operation $now }
        $result.before = $result.after = $now
        if ($handler['Wait'] -or (Test-RdpHolds $Operation $Operation.ensure $now)) {
            $result.status = 'unchanged'
            return $result
        }
        if (-not (Test-RdpHolds $Operation $Operation.expect $now)) {
            $result.status = 'conflict'
            $result.message = "$subject is $(Get-RdpShort $now), and $(Get-RdpShort $Operation.expect) was assumed."
            return $result
        }
        if ($Run.check) {
            $result.status = 'would_change'
            $result.after = $Operation.ensure
            return $result
        }
        if (-not $Run.journal) { $Run.journal = New-RdpJournal $Run.header }
        $saved = @{}
        if ($handler['Save']) { $saved = & $handler.Save $Operation $Run.journal.path }
        Add-RdpLine $Run.journal @{ line = 'intent'; op = $Operation.id; before = $now; saved = $saved }
    }
    catch {
        # Nothing was done.
        $result.message = "${subject}: $(Get-RdpFault $_)"
        return $result
    }
    try {
        $null = & $handler.Write $Operation $Run.journal $Run.consent
        $result.after = Read-RdpState $Operation
        if (-not $Operation.ensure['restarted'] -and -not (Test-RdpHolds $Operation $Operation.ensure $result.after)) {
            throw "it was written and reads back as $(Get-RdpShort $result.after)."
        }
        Add-RdpLine $Run.journal @{ line = 'done'; op = $Operation.id; status = 'changed'; after = $result.after }
        $result.status = 'changed'
    }
    catch {
        $result.message = "${subject}: $(Get-RdpFault $_)"
        $Run.journal.entries[$Operation.id].status = 'failed'
    }
    $result
}

# What taking back would do to one operation: kept (it is as it was), restored, conflict, not_reversible.
# Open: the run, or an earlier attempt to take it back, may have ended half-way.
Function Get-RdpWayBack {
    param ([hashtable] $Operation, [hashtable] $Entry, [hashtable] $Now, [bool] $Open)
    if (-not $Operation.reversible) { return 'not_reversible' }
    if ((Get-RdpHandler $Operation.kind)['Whole'] -ne $false) {
        if (Test-RdpSame $Entry.before $Now) { return 'kept' }
    }
    elseif (-not $Entry.before.present) { return 'kept' }
    # Where the operation failed, or the run ended before its result, any state on the way there is ours.
    $ours = $Entry.status -eq 'failed' -or ($Entry.status -eq 'changed' -and (Test-RdpSame $Entry.after $Now)) -or
    (($Entry.status -ne 'changed' -or $Open) -and (Test-RdpHolds $Operation $Operation.ensure $Now $Entry.before))
    ('conflict', 'restored')[[int]$ours]
}

Function Restore-RdpOperation {
    param ([hashtable] $Operation, [hashtable] $Run, [hashtable] $Result)
    $entry = $Run.journal.entries[$Operation.id]
    try {
        $null = & (Get-RdpHandler $Operation.kind).Restore $Operation $entry $Run.journal $Run.consent
        $Result.after = Read-RdpState $Operation
        if (-not (Test-RdpSame $entry.before $Result.after)) { throw "it reads back as $(Get-RdpShort $Result.after)." }
    }
    catch {
        $Result.status = 'failed'
        $Result.message = "$(Get-RdpSubject $Operation) could not be restored: $(Get-RdpFault $_)"
    }
}

# A restart cannot be undone, but what one that failed or was killed has left stopped is started.
Function Start-RdpLeft {
    param ([hashtable] $Operation, [hashtable] $Entry, [hashtable] $Result)
    try {
        if ($Operation.ensure['restarted'] -and $Entry.status -ne 'changed') { Start-RdpEach @($Entry.saved['running'] | Where-Object { $_ }) }
    }
    catch {
        $Result.status = 'failed'
        $Result.message = "$(Get-RdpSubject $Operation) was left stopped: $(Get-RdpFault $_)"
    }
}

# Takes the journal of a run back, the last operation first.
# Strict: nothing at all where one thing has changed since.
Function Undo-RdpJournal {
    param ([hashtable] $Run, [switch] $Strict, [switch] $Settled)
    $journal = $Run.journal
    $open = $journal.state -eq 'open'
    $answer = @{ state = $journal.state; results = @(); restart_pending = ''; changed = $false; fault = '' }
    $done = @($journal.operations | Where-Object { $journal.entries[$_.id] })
    $todo = @($done | Where-Object { $journal.entries[$_.id].undone -notin 'restored', 'kept' })
    [Array]::Reverse($todo)
    $answer.results = @(foreach ($op in $todo) {
            $result = New-RdpResult $op failed
            $result.after = $journal.entries[$op.id].before
            try {
                $result.before = Read-RdpState $op
                $result.status = Get-RdpWayBack $op $journal.entries[$op.id] $result.before $open
                if ($result.status -eq 'conflict') {
                    $result.message = "$(Get-RdpSubject $op) is $(Get-RdpShort $result.before), which is not what was left there."
                }
            }
            catch {
                $result.message = "$(Get-RdpSubject $op): $(Get-RdpFault $_)"
            }
            $result
        })
    if ($Strict -and ($answer.results | Where-Object { $_.status -in 'conflict', 'failed' })) { return $answer }
    $restored = @($answer.results | Where-Object { $_.status -eq 'restored' })
    $answer.changed = [bool]$restored
    if ($Run.check) {
        $restored | ForEach-Object { $_.status = 'would_change' }
        return $answer
    }
    if (-not $open) { Add-RdpLine $journal @{ line = 'reopened'; at = Get-RdpNow } }
    foreach ($result in $answer.results) {
        $op = $todo | Where-Object { $_.id -eq $result.id }
        if ($result.status -eq 'restored') { Restore-RdpOperation $op $Run $result }
        if ($result.status -eq 'not_reversible') { Start-RdpLeft $op $journal.entries[$op.id] $result }
        # What was denied or held is tried again by the next run.
        if ($result.status -eq 'failed') {
            $answer.fault = "The journal $($journal.id) stays open, and the next run tries again: $($result.message)"
        }
        try {
            Add-RdpLine $journal @{ line = 'undone'; op = $op.id; status = $result.status }
        }
        catch {
            # Restoring goes on without a journal: it can be done twice, and the next run does.
            $answer.fault = "The journal $($journal.id) is left open: $(Get-RdpFault $_)"
        }
    }
    # What was put back counts when its service has read it again.
    foreach ($op in @($done | Where-Object { $restored -and $_.ensure['restarted'] })) {
        try {
            Restart-RdpService $op.target.service $Run.consent
        }
        catch {
            $answer.restart_pending = [string]$op.target.service
        }
    }
    $left = $answer.results | Where-Object { $_.status -eq 'conflict' -or ($_.status -eq 'not_reversible' -and $_.kind -ne 'service') }
    $answer.state = 'open'
    if ($answer.fault) { return $answer }
    $answer.state = ('taken_back', 'partly_taken_back')[[int][bool]$left]
    Close-RdpJournal $journal $answer.state $Settled
    $answer
}

# Operations in order up to the first that fails: {results, failed, message, back}. What was done before that one is taken back.
Function Invoke-RdpPlan {
    param ([object[]] $Operations, [hashtable] $Run)
    $answer = @{ results = @(); failed = $null; message = ''; back = $null }
    foreach ($op in $Operations) {
        $result = New-RdpResult $op not_run
        if (-not $answer.failed) { $result = Invoke-RdpOperation $op $Run }
        $answer.results += $result
        if ($result.status -in 'failed', 'conflict') {
            $answer.failed = $op.id
            $answer.message = $result.message
        }
    }
    if (-not $Run.journal) { return $answer }
    try {
        if (-not $answer.failed) {
            Close-RdpJournal $Run.journal finished
            return $answer
        }
        $answer.back = Undo-RdpJournal $Run
        foreach ($result in $answer.back.results) {
            $one = $answer.results | Where-Object { $_.id -eq $result.id }
            if ($result.status -in 'restored', 'kept' -and $one.status -eq 'changed') { $one.status = 'restored' }
            $one.message = "$($one.message) $($result.message)".Trim()
        }
        $answer.message = "$($answer.message) $($answer.back.fault)".Trim()
    }
    catch {
        # The journal stays open, and the next run settles it.
        $answer.message = "$($answer.message) The journal is left open: $(Get-RdpFault $_)".Trim()
    }
    $answer
}

# Settles journals that an earlier run left open, and those whose break-glass is over. The newest first: what two changed in turn goes back in turn.
# Where one stays open, run.fault says why, and the older ones wait.
Function Repair-RdpJournal {
    param ([hashtable] $Run, [string] $How)
    $all = @(Get-RdpJournal | Sort-Object -Property { [string]$_['created_at'] }, { $_['id'] } -Descending)
    foreach ($journal in $all) {
        $fault = Get-RdpJournalFault $journal
        if ($fault) { throw $fault }
        if ($How -eq 'refuse' -and $journal.state -eq 'open') {
            throw "The journal $($journal.id) was left open by an earlier run; take it back or finish it."
        }
    }
    foreach ($journal in $all) {
        if ($journal.state -eq 'empty' -and -not $Run.check) { Remove-RdpJournal $journal }
        $again = $journal.state -eq 'partly_taken_back'
        $expired = $journal.state -in 'open', 'finished', 'partly_taken_back' -and (Test-RdpExpired $journal)
        if ($journal.state -ne 'open' -and -not $expired) { continue }
        $answer = @{ journal = $journal.id; action = 'taken_back'; why = ('open', 'expired')[[int]$expired]; results = @() }
        $own = @{ check = $Run.check; consent = $Run.consent; journal = $journal; header = $null }
        if ($How -eq 'finish' -and -not $expired -and -not $journal.undoing) {
            $left = @($journal.operations | Where-Object { -not $journal.entries[$_.id] -or $journal.entries[$_.id].status -ne 'changed' })
            $done = Invoke-RdpPlan $left $own
            $answer.results = $done.results
            $answer.action = ('finished', 'taken_back')[[int][bool]$done.message]
        }
        else {
            # A run that was cut short was no failure of its plan; where taking back had begun, it was.
            $settled = $expired -or -not $journal.undoing
            # What somebody has changed stays, and each run tells it; lines are added only where something can be put back.
            if ($again) { $own.check = $true }
            $back = Undo-RdpJournal $own -Settled:$settled
            if ($again -and $back.changed -and -not $Run.check) {
                $own.check = $false
                $back = Undo-RdpJournal $own -Settled:$settled
            }
            $answer.results = $back.results
            if ($back.state -eq 'partly_taken_back') { $answer.action = $back.state }
            if ($back.fault) { $answer.action = 'left_open' }
            $Run.fault = $back.fault
        }
        $answer
        if ($Run['fault']) { return }
    }
}

# Why a plan is not tried again, or an empty text: a job would break and mend the same host every night.
Function Get-RdpAgainRefusal {
    param ([string] $Digest)
    $last = Get-RdpJournal | Where-Object { $Digest -and $_.plan_digest -ceq $Digest -and $_.state -ne 'empty' } |
        Sort-Object -Property { [string]$_['created_at'] }, { $_['id'] } | Select-Object -Last 1
    if ($last -and $last.state -in 'taken_back', 'partly_taken_back' -and -not $last.settled) {
        return "this plan was taken back at $($last.closed_at); look why, then give again: true."
    }
    ''
}

Function Get-RdpSummary {
    param ([hashtable] $Journal)
    $state = $Journal.state -replace 'empty', 'open'
    $summary = @{ id = $Journal.id; state = $state; operations = [int]$Journal.operations.Count; break_glass = $Journal.break_glass }
    foreach ($name in 'created_at', 'plan_digest', 'run_id') { $summary[$name] = [string]$Journal[$name] }
    $summary
}

# One entry of a diff.
Function Get-RdpDifference {
    param ([hashtable] $Result)
    $entry = @{ before_header = "$($Result.id) $($Result.kind)"; after_header = "$($Result.id) $($Result.kind)" }
    foreach ($side in 'before', 'after') {
        $state = $Result[$side]
        $entry[$side] = [string](@($state.Keys | Where-Object { $_ -ne 'raw' } | Sort-Object | ForEach-Object { "${_}: $($state[$_] -join ', ')`n" }) -join '')
    }
    $entry
}

Export-ModuleMember -Function *-Rdp*
