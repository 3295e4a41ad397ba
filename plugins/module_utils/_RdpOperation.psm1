# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: one operation, and a whole journal, there and back. What a kind does stands with the kinds.
#AnsibleRequires -PowerShell ..module_utils._RdpJournal
#AnsibleRequires -PowerShell ..module_utils._RdpWriteRegistry
#AnsibleRequires -PowerShell ..module_utils._RdpWriteStore
#AnsibleRequires -PowerShell ..module_utils._RdpWriteHost
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:handlers = @{}

# When first asked for: in what order the modules are loaded is nobody's promise.
Function Get-RdpHandler {
    param ([string] $Kind)
    if (-not $handlers.Count) {
        $script:handlers = (Get-RdpRegistryKind) + (Get-RdpStoreKind) + (Get-RdpHostKind)
    }
    $handlers[$Kind]
}

Function Get-RdpMarked {
    param ([hashtable] $Operation, [hashtable] $State)
    $mark = (Get-RdpHandler $Operation.kind)['Mark']
    if ($mark) {
        return & $mark $State
    }
    $State
}

# Whether what is there is what was wished: each field that the wish has, and of sessions no more than it has.
Function Test-RdpHolds {
    param ([hashtable] $Operation, [hashtable] $Wish, [hashtable] $Now, [hashtable] $Or = @{})
    $wished = Get-RdpMarked $Operation $Wish
    $found = Get-RdpMarked $Operation $Now
    $other = @{}
    if ($Or.Count) {
        $other = Get-RdpMarked $Operation $Or
    }
    foreach ($name in $wished.Keys) {
        $is = [string]$found[$name]
        if ($name -eq 'active_sessions') {
            if ($null -ne $wished[$name] -and ($null -eq $found[$name] -or $found[$name] -gt $wished[$name])) {
                return $false
            }
        }
        elseif ($null -ne $wished[$name] -and $is -cne [string]$wished[$name] -and -not ($other.Count -and $is -ceq [string]$other[$name])) {
            return $false
        }
    }
    $true
}

# Whether it is still exactly what was written down.
Function Test-RdpSame {
    param ([hashtable] $Written, [hashtable] $Now)
    foreach ($name in $Written.Keys) {
        if ($name -notin 'active_sessions', 'kind', 'value' -and [string]$Written[$name] -cne [string]$Now[$name]) {
            return $false
        }
    }
    $true
}

Function Get-RdpShort {
    param ([hashtable] $State)
    $text = ConvertTo-Json -InputObject $State -Compress -Depth 5
    $text.Substring(0, [Math]::Min($text.Length, 200))
}

Function New-RdpResult {
    param ([hashtable] $Operation, [string] $Status)
    @{ id = $Operation.id; kind = $Operation.kind; status = $Status; before = $null; after = $null; message = ''; undone = '' }
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
        if ($why) {
            return $place, "$($op.id) is refused: $why"
        }
    }
    -1, ''
}

# One entry of a diff: {before_header, after_header, before, after}.
Function Get-RdpDifference {
    param ([hashtable] $Result)
    $entry = @{ before_header = "$($Result.id) $($Result.kind)"; after_header = "$($Result.id) $($Result.kind)" }
    foreach ($side in 'before', 'after') {
        $state = $Result[$side]
        $entry[$side] = (@($state.Keys | Where-Object { $_ -ne 'raw' } | Sort-Object | ForEach-Object { "${_}: $($state[$_] -join ', ')" }) -join "`n") + "`n"
    }
    $entry
}

Function Get-RdpSummary {
    param ([hashtable] $Journal)
    @{
        id = [string]$Journal.id; created_at = [string]$Journal.created_at; state = [string]$Journal.state; plan_digest = [string]$Journal.plan_digest
        run_id = [string]$Journal.run_id; operations = [int]$Journal.operations.Count; break_glass = $Journal.break_glass
    }
}

# One operation: {id, kind, status, before, after, message, undone}. Run holds check, header, journal and consent.
Function Invoke-RdpOperation {
    param ([hashtable] $Operation, [hashtable] $Run)
    $result = New-RdpResult $Operation failed
    $handler = Get-RdpHandler $Operation.kind
    $subject = Get-RdpSubject $Operation
    try {
        $now = & $handler.Read $Operation
        if ($handler['Wait'] -and -not $Run.check) {
            $now = & $handler.Wait $Operation $now
        }
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
        if (-not $Run.journal) {
            $Run.journal = New-RdpJournal $Run.header
        }
        $saved = @{}
        if ($handler['Save']) {
            $saved = & $handler.Save $Operation $Run.journal.path
        }
        Add-RdpLine $Run.journal @{ line = 'intent'; op = $Operation.id; before = $now; saved = $saved }
    }
    catch {
        $result.message = "${subject}: $(Get-RdpFault $_)"
        return $result
    }
    try {
        $null = & $handler.Write $Operation $Run.journal $Run.consent
        $result.after = & $handler.Read $Operation
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

# What taking back would do to one operation: kept, restored, conflict, not_reversible.
Function Get-RdpWayBack {
    param ([hashtable] $Operation, [hashtable] $Entry)
    if (-not $Operation.reversible) {
        return 'not_reversible'
    }
    $now = & (Get-RdpHandler $Operation.kind).Read $Operation
    if (Test-RdpSame $Entry.before $now) {
        return 'kept'
    }
    # Where it failed, or the run ended in between, any state on the way is ours.
    $ours = $Entry.status -eq 'failed'
    if (-not $ours -and $Entry.status -eq 'changed') {
        $ours = Test-RdpSame $Entry.after $now
    }
    elseif (-not $ours) {
        $ours = Test-RdpHolds $Operation $Operation.ensure $now $Entry.before
    }
    @('conflict', 'restored')[[int]$ours]
}

# Takes a journal back, the last operation first: {state, results, restart_pending}. Strict: nothing at all where one thing has changed since.
Function Undo-RdpJournal {
    param ([hashtable] $Journal, [hashtable] $Run, [switch] $Strict)
    $answer = @{ state = $Journal.state; results = @(); restart_pending = @(); changed = $false }
    $todo = @($Journal.operations | Where-Object { $Journal.entries[$_.id] -and $Journal.entries[$_.id].undone -notin 'restored', 'kept' })
    [Array]::Reverse($todo)
    $answer.results = @(foreach ($op in $todo) {
            $result = New-RdpResult $op conflict
            $result.after = $Journal.entries[$op.id].before
            try {
                $result.before = & (Get-RdpHandler $op.kind).Read $op
                $result.status = Get-RdpWayBack $op $Journal.entries[$op.id]
                if ($result.status -eq 'conflict') {
                    $result.message = "$(Get-RdpSubject $op) is $(Get-RdpShort $result.before), which is not what was left there."
                }
            }
            catch {
                $result.message = "$(Get-RdpSubject $op): $(Get-RdpFault $_)"
            }
            $result
        })
    if ($Strict -and ($answer.results | Where-Object { $_.status -eq 'conflict' })) {
        return $answer
    }
    $answer.changed = [bool]($answer.results | Where-Object { $_.status -eq 'restored' })
    if ($Run.check) {
        $answer.results | Where-Object { $_.status -eq 'restored' } | ForEach-Object { $_.status = 'would_change' }
        return $answer
    }
    if ($Journal.state -notin 'open', 'empty') {
        Add-RdpLine $Journal @{ line = 'reopened'; at = Get-RdpNow }
    }
    foreach ($result in $answer.results) {
        $op = $Journal.operations | Where-Object { $_.id -eq $result.id }
        if ($result.status -eq 'restored') {
            Restore-RdpOperation $op $Journal $Run $result
        }
        Add-RdpLine $Journal @{ line = 'undone'; op = $op.id; status = $result.status }
    }
    $restarts = @($Journal.operations | Where-Object { $Journal.entries[$_.id] -and $_.ensure['restarted'] } | ForEach-Object { $_.target.service } | Select-Object -Unique)
    if ($answer.changed) {
        foreach ($name in $restarts) {
            try {
                Restart-RdpService $name $Run.consent
            }
            catch {
                $answer.restart_pending += [string]$name
            }
        }
    }
    $left = $answer.results | Where-Object { $_.status -eq 'conflict' -or ($_.status -eq 'not_reversible' -and $_.kind -ne 'service') }
    $answer.state = @('taken_back', 'partly_taken_back')[[int][bool]$left]
    Close-RdpJournal $Journal $answer.state
    $answer
}

Function Restore-RdpOperation {
    param ([hashtable] $Operation, [hashtable] $Journal, [hashtable] $Run, [hashtable] $Result)
    $entry = $Journal.entries[$Operation.id]
    try {
        $null = & (Get-RdpHandler $Operation.kind).Restore $Operation $entry $Journal $Run.consent
        $Result.after = & (Get-RdpHandler $Operation.kind).Read $Operation
        if (-not (Test-RdpSame $entry.before $Result.after)) {
            throw "it reads back as $(Get-RdpShort $Result.after)."
        }
    }
    catch {
        $Result.status = 'conflict'
        $Result.message = "$(Get-RdpSubject $Operation): $(Get-RdpFault $_)"
    }
}

# Operations in order up to the first that fails: {results, failed, taken_back, journal}. What was done before it is taken back.
Function Invoke-RdpPlan {
    param ([object[]] $Operations, [hashtable] $Run)
    $answer = @{ results = @(); failed = $null; message = ''; back = $null }
    foreach ($op in $Operations) {
        if ($answer.failed) {
            $answer.results += New-RdpResult $op not_run
            continue
        }
        $result = Invoke-RdpOperation $op $Run
        $answer.results += $result
        if ($result.status -in 'failed', 'conflict') {
            $answer.failed = $op.id
            $answer.message = $result.message
        }
    }
    if ($Run.journal -and -not $answer.failed) {
        Close-RdpJournal $Run.journal finished
        $Run.journal.state = 'finished'
    }
    elseif ($Run.journal) {
        try {
            $answer.back = Undo-RdpJournal $Run.journal $Run
            foreach ($result in $answer.back.results) {
                ($answer.results | Where-Object { $_.id -eq $result.id }).undone = $result.status
            }
        }
        catch {
            # The journal stays open: the next run takes it back.
            $answer.message += " Taking back: $(Get-RdpFault $_)"
        }
    }
    $answer
}

# Journals that an earlier run left open, and those whose break-glass is over.
Function Repair-RdpJournal {
    param ([hashtable] $Run, [string] $How)
    foreach ($journal in @(Get-RdpJournal)) {
        $answer = @{ journal = $journal.id; action = 'taken_back'; why = 'open'; state = $journal.state; results = @(); changed = $false }
        if ($journal.state -eq 'damaged') {
            throw "The journal $($journal.path) is damaged ($($journal.why)); see what it was about and move it away."
        }
        if ($journal.state -eq 'empty') {
            if (-not $Run.check) {
                Remove-RdpJournal $journal
            }
            continue
        }
        if ($journal.state -eq 'finished' -and (Test-RdpExpired $journal)) {
            $answer.why = 'expired'
        }
        elseif ($journal.state -ne 'open') {
            continue
        }
        elseif ($How -eq 'refuse') {
            throw "The journal $($journal.id) was left open by an earlier run; take it back or finish it."
        }
        elseif ($How -eq 'finish' -and -not $journal.undoing) {
            $answer.action = 'finished'
        }
        $own = @{ check = $Run.check; consent = $Run.consent; journal = $journal; header = $null }
        if ($answer.action -eq 'finished') {
            $left = @($journal.operations | Where-Object { -not $journal.entries[$_.id] -or $journal.entries[$_.id].status -ne 'changed' })
            $done = Invoke-RdpPlan $left $own
            $answer.results = $done.results
            $answer.changed = [bool]($done.results | Where-Object { $_.status -in 'changed', 'would_change' })
            $answer.state = $journal.state
            if ($done.failed) {
                $answer.action = 'taken_back'
                $answer.changed = $true
            }
        }
        else {
            $back = Undo-RdpJournal $journal $own
            $answer.results = $back.results
            $answer.changed = $back.changed
            $answer.state = $back.state
        }
        $answer
    }
}

Export-ModuleMember -Function *-Rdp*
