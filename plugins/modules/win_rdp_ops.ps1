#!powershell

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._RdpAllow
#AnsibleRequires -PowerShell ..module_utils._RdpJournal
#AnsibleRequires -PowerShell ..module_utils._RdpWriteRegistry
#AnsibleRequires -PowerShell ..module_utils._RdpWriteStore
#AnsibleRequires -PowerShell ..module_utils._RdpWriteHost
#AnsibleRequires -PowerShell ..module_utils._RdpOperation
#AnsibleRequires -OSVersion 10.0

$spec = @{
    options = @{
        state = @{ type = 'str'; default = 'applied'; choices = @('applied', 'taken_back', 'resumed', 'listed', 'pruned') }
        operations = @{ type = 'list'; elements = 'dict' }
        journal_id = @{ type = 'str' }
        plan_digest = @{ type = 'str' }
        run_id = @{ type = 'str' }
        open_journal = @{ type = 'str'; default = 'take_back'; choices = @('take_back', 'finish', 'refuse') }
        consent = @{ type = 'list'; elements = 'str'; default = @(); choices = @('session_disconnect', 'irreversible', 'reboot') }
        break_glass = @{
            type = 'dict'
            options = @{
                owner = @{ type = 'str'; required = $true }
                reason = @{ type = 'str'; required = $true }
                expires_at = @{ type = 'str'; required = $true }
            }
        }
        again = @{ type = 'bool'; default = $false }
        older_than_days = @{ type = 'int'; default = 90 }
    }
    required_if = @(
        , @('state', 'applied', @('operations', 'journal_id'))
        , @('state', 'taken_back', @(, 'journal_id'))
    )
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)
$given = $module.Params
$result = $module.Result
foreach ($name in 'results', 'applied', 'not_run', 'recovered') { $result[$name] = @() }
foreach ($name in 'taken_back', 'look_again', 'reboot_required') { $result[$name] = $false }
foreach ($name in 'failed_operation', 'journal') { $result[$name] = $null }
$run = @{ check = $module.CheckMode; consent = [string[]]@($given.consent); journal = $null; header = $null }

# What the journal of this run begins with; throws where nothing may be done at all.
Function Get-RdpHeader {
    $read = Read-RdpOperation $given.operations
    if (-not $read.why) { $read.refused, $read.why = Get-RdpConsentRefusal $read.operations $run.consent }
    $mark = ConvertTo-RdpPlain $given.break_glass
    if (-not (Test-RdpText $given.journal_id $id)) { throw 'journal_id is none of 1 to 40 of the characters 0-9, a-f, T, Z and dash.' }
    if ($mark) {
        $refusal = Get-RdpMarkRefusal $mark.expires_at
        if ($refusal) { throw $refusal }
    }
    if ($read.why) {
        $result.results = @(for ($place = 0; $place -lt $given.operations.Count; $place++) {
                $one = @{ id = [string]$given.operations[$place]['id']; kind = [string]$given.operations[$place]['kind'] }
                New-RdpResult $one ('not_run', 'refused')[$place -eq $read.refused]
            })
        throw $read.why
    }
    @{ id = $given.journal_id; plan_digest = [string]$given.plan_digest; run_id = [string]$given.run_id; operations = $read.operations; break_glass = $mark }
}

Function Set-RdpOutcome {
    param ([hashtable[]] $Results, [string] $State, [string] $Pending)
    $result.results = @($Results)
    $result.applied = [string[]]@($Results | Where-Object { $_.status -eq 'changed' } | ForEach-Object { $_.id })
    $result.not_run = [string[]]@($Results | Where-Object { $_.status -eq 'not_run' } | ForEach-Object { $_.id })
    $result.taken_back = $State -eq 'taken_back'
    if ($run.journal) { $result.journal = @{ id = [string]$run.journal.id; path = [string]$run.journal.path; state = [string]$run.journal.state } }
    if ($Pending) { $result.restart_pending = $Pending }
}

Function Invoke-RdpRecovery {
    $result.recovered = @(Repair-RdpJournal $run $given.open_journal)
    $result.look_again = [bool]($result.recovered | Where-Object { $_.results | Where-Object { $_.status -in 'changed', 'restored', 'would_change' } })
    $result.changed = $result.look_again
    if ($run['fault']) { throw $run.fault }
}

$states = @{
    applied = {
        $run.header = Get-RdpHeader
        Invoke-RdpRecovery
        $refusal = ''
        if (-not $given.again) { $refusal = Get-RdpAgainRefusal $run.header.plan_digest }
        if ($result.look_again -or $refusal) {
            Set-RdpOutcome @($run.header.operations | ForEach-Object { New-RdpResult $_ not_run })
            if ($refusal) { throw $refusal }
            return
        }
        $answer = Invoke-RdpPlan $run.header.operations $run
        $back = @{ state = ''; restart_pending = '' }
        if ($answer.back) { $back = $answer.back }
        Set-RdpOutcome $answer.results $back.state $back.restart_pending
        $left = @($answer.results | Where-Object { $_.status -in 'changed', 'would_change' } | ForEach-Object { $_.id })
        $result.changed = [bool]$left
        $result.reboot_required = [bool]($run.header.operations | Where-Object { $_.restart -eq 'reboot' -and $_.id -in $left })
        if ($answer.message) {
            $result.failed_operation = $answer.failed
            throw $answer.message
        }
    }
    resumed = { Invoke-RdpRecovery }
    taken_back = {
        $run.journal = Get-RdpJournal | Where-Object { $_.id -eq $given.journal_id }
        if (-not $run.journal) { throw "There is no journal $($given.journal_id) on this host." }
        $fault = Get-RdpJournalFault $run.journal
        if ($fault) { throw $fault }
        $answer = @{ results = @(); state = $run.journal.state; restart_pending = ''; changed = $false; fault = '' }
        if ($answer.state -notin 'taken_back', 'empty') { $answer = Undo-RdpJournal $run -Strict }
        Set-RdpOutcome $answer.results $answer.state $answer.restart_pending
        $result.changed = $answer.changed
        $bad = $answer.results | Where-Object { $_.status -in 'conflict', 'failed' } | Select-Object -First 1
        if ($bad) {
            $result.failed_operation = $bad.id
            if ($answer.fault) { throw $answer.fault }
            throw $bad.message
        }
        if ($answer.fault) { throw $answer.fault }
    }
    listed = {
        $all = @(Get-RdpJournal)
        $result.journals = @($all | ForEach-Object { Get-RdpSummary $_ })
        $marked = @($all | Where-Object { $_.break_glass -and $_.state -ne 'taken_back' })
        $result.break_glass = @($marked | ForEach-Object { @{ journal = $_.id } + $_.break_glass })
    }
    pruned = {
        if ($given.older_than_days -lt 0) { throw 'older_than_days is 0 or more.' }
        $before = ConvertTo-RdpPlain ([DateTime]::UtcNow.AddDays(-$given.older_than_days))
        $old = @(Get-RdpJournal | Where-Object {
                [string]::CompareOrdinal($_.created_at, $before) -lt 0 -and
                ($_.state -eq 'taken_back' -or ($_.state -in 'finished', 'partly_taken_back' -and -not $_.break_glass))
            })
        $result.pruned = [string[]]@($old | ForEach-Object { $_.id })
        $result.changed = [bool]$old
        if (-not $run.check) { $old | ForEach-Object { Remove-RdpJournal $_ } }
    }
}
try {
    if (-not $run.check -and $given.state -ne 'listed') { Lock-RdpJournal }
    & $states[$given.state]
}
catch {
    $result.failed = $true
    $result.msg = Get-RdpFault $_
}
finally {
    Unlock-RdpJournal
}
if ($module.DiffMode) {
    $result.diff = @($result.results | Where-Object { $_.status -in 'changed', 'would_change', 'restored' } | ForEach-Object { Get-RdpDifference $_ })
}
$module.ExitJson()
