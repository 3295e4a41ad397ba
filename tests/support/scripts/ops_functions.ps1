# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Loads the script modules of win_rdp_ops (the arguments: an empty folder for journals, then the modules in the order of use), lets them
# meet what no host here can be made to do, and prints what they make of it: a kill at every step, a disk that is full at every line,
# sessions, firewall rules, access lists of files, services that hang.
$ErrorActionPreference = 'Stop'
. ([IO.Path]::Combine($PSScriptRoot, 'ops_world.ps1')) @args

# Killed at every step, and the run that settles it killed at every step of its own.
Start-World $first @{}
$global:pictures = New-Object -TypeName System.Collections.Generic.List[object]
$told.whole = (Invoke-RdpPlan $operations (New-Run)).results | ForEach-Object { $_.status }
$cuts = $pictures
$told.cuts = $cuts.Count
$told.killed = @{ taken_back = @(); finished = @(); again = @(); left = 0 }
foreach ($cut in $cuts) {
    $from = $global:root
    foreach ($how in 'take_back', 'finish') {
        $global:root = $from
        Start-World $cut.world $cut.files
        $global:pictures = New-Object -TypeName System.Collections.Generic.List[object]
        $null = @(Repair-RdpJournal (New-Run) $how)
        $told.killed[@{ take_back = 'taken_back'; finish = 'finished' }[$how]] += Get-WorldText
        $inner, $global:pictures = $pictures, $null
        $told.killed.left += Get-Left
        if ($how -eq 'take_back') {
            $below = $global:root
            foreach ($second in $inner) {
                $global:root = $below
                Start-World $second.world $second.files
                $null = @(Repair-RdpJournal (New-Run) take_back)
                $told.killed.again += Get-WorldText
            }
        }
    }
    $global:root = $from
}

# Killed at every step of taking a finished journal back: what is half taken back is never finished again.
Start-World $first @{}
$run = New-Run
$null = Invoke-RdpPlan $operations $run
$global:pictures = New-Object -TypeName System.Collections.Generic.List[object]
$null = Undo-RdpJournal $run -Strict
$cuts, $global:pictures = $pictures, $null
$from = $global:root
$told.half_back = @(foreach ($cut in $cuts) {
        $global:root = $from
        Start-World $cut.world $cut.files
        $null = @(Repair-RdpJournal (New-Run) finish)
        Get-WorldText
    })

# A disk that is full at every line in turn, once or from then on; then the next run, with room again.
$told.full = @(foreach ($stays in $false, $true) {
        for ($line = 1; $line -le 8; $line++) {
            Start-World $first @{}
            $global:stays = $stays
            $global:fullAt = $line
            $answer = Invoke-RdpPlan $operations (New-Run)
            $global:fullAt = 0
            $then = Get-WorldText
            $null = @(Repair-RdpJournal (New-Run) take_back)
            @{ line = $line; status = @($answer.results | ForEach-Object { $_.status }); message = $answer.message; world = $then; next = Get-WorldText }
        }
    })

# What somebody does to a value in between is nobody's to undo.
Start-World $first @{}
$run = New-Run
$null = Invoke-RdpPlan $operations $run
$world.UserAuthentication = [long]7
$strict = Undo-RdpJournal $run -Strict
$told.strict = @{ changed = $strict.changed; status = @($strict.results | ForEach-Object { $_.status }); world = Get-WorldText }

# A write that does not hold.
Start-World $first @{}
$global:scripted.Write = { param ($op) $world[$op.target.value] = [long]9 }
$run = New-Run
$answer = Invoke-RdpPlan $operations $run
$told.unheld = @{ status = @($answer.results | ForEach-Object { $_.status }); message = $answer.message; world = Get-WorldText; journal = $run.journal.state }

# Another run is at work.
Start-World $first @{}
Lock-RdpJournal -Make
$other = & $modules._RdpJournal { $script:lock }
. $modules._RdpJournal {
    $script:lock = $null
    $script:lockSeconds = 1
}
try {
    Lock-RdpJournal
}
catch {
    $told.locked = [string]$_.Exception.Message
}
$other.Dispose()

# From here on the kinds' own handlers, with scripted answers of Windows.
. $modules._RdpOperation { Function script:Get-RdpHandler { param ($Kind) ((Get-RdpRegistryKind) + (Get-RdpStoreKind) + (Get-RdpHostKind))[$Kind] } }
class Scripted {
    static [object[]] $All = @(@([long]0, 4), @([long]2, 0), @([long]5, 4), @([long]65536, 6))
    static [bool] $Fails = $false
    static [string] $Sddl = 'D:AI(A;ID;FA;;;BA)'
    static [object[]] Sessions() {
        if ([Scripted]::Fails) {
            throw [System.ComponentModel.Win32Exception]::new(5)
        }
        return [Scripted]::All
    }
    static [void] LogOff([int] $id) {
        [Scripted]::All = @([Scripted]::All | Where-Object { $_[0] -ne $id })
    }
    static [byte[]] Security([object] $handle, [int] $parts) {
        $parsed = [System.Security.AccessControl.RawSecurityDescriptor]::new([Scripted]::Sddl)
        $bytes = [byte[]]::new($parsed.BinaryLength)
        $parsed.GetBinaryForm($bytes, 0)
        return $bytes
    }
    static [void] Secure([object] $handle, [int] $parts, [byte[]] $list) {
        # As Windows does it: the mark of an inherited list is kept where it is asked for.
        $given = [System.Security.AccessControl.RawSecurityDescriptor]::new($list, 0).GetSddlForm('Access')
        [Scripted]::Sddl = $given -replace '^(D:P?)ARAI', '$1AI' -replace '^(D:P?)AI(?!.*ARAI)', '$1AI'
    }
}
$global:effects = [Scripted]

Function Invoke-Both {
    param ($Operation, [string[]] $Consent = @())
    Start-World $first @{}
    $run = New-Run
    $run.consent = $Consent
    $run.header.operations = @($Operation)
    $there = Invoke-RdpPlan @($Operation) $run
    $back = $null
    if ($run.journal) {
        $back = (Undo-RdpJournal $run).results[0].status
    }
    @{ there = $there.results[0].status; message = $there.message; before = $there.results[0].before; after = $there.results[0].after; back = $back }
}

$logoff = New-Operation s session_logoff @{ session = [long]5 } @{ present = $false } @{ present = $true; state = 'disconnected' } $false
$told.logoff = Invoke-Both $logoff
$told.logoff_again = Invoke-Both $logoff
$told.logoff_other = Invoke-Both (New-Operation s session_logoff @{ session = [long]2 } @{ present = $false } @{ present = $true; state = 'disconnected' } $false)

$global:rules = @{ 'RemoteDesktop-UserMode-In-TCP' = 'FALSE' }
Function global:Enable-NetFirewallRule { param ($Name) $global:rules[$Name] = 'TRUE' }
Function global:Disable-NetFirewallRule { param ($Name) $global:rules[$Name] = 'FALSE' }
. $modules._RdpWriteHost {
    Function script:Read-RdpValue {
        param ($Target)
        if ($Target.key -like '*FirewallRules') {
            if ($global:rules[$Target.value]) {
                return @{ kind = 'REG_SZ'; value = "v2.31|Action=Allow|Active=$($global:rules[$Target.value])|Dir=In|"; raw = '' }
            }
            return @{ kind = 'absent'; value = $null; raw = '' }
        }
        @{ kind = 'REG_DWORD'; value = [long]$global:start; raw = '' }
    }
}
$told.rule = Invoke-Both (New-Operation f firewall_rule @{ rule = 'RemoteDesktop-UserMode-In-TCP' } @{ active = $true } @{ active = $false })
$told.rule_after = $global:rules['RemoteDesktop-UserMode-In-TCP']
$told.no_rule = Invoke-Both (New-Operation f firewall_rule @{ rule = 'RemoteDesktop-Shadow-In-TCP' } @{ active = $true } @{ active = $false })

. $modules._RdpWriteRegistry { Function script:Use-RdpSecured { param ($Target, $Secured, [switch] $Write) & $Secured $null } }
$keys = 'C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys'
$list = 'D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)'
$told.access = Invoke-Both (New-Operation a file_acl @{ path = $keys } @{ sddl = $list } @{ sddl = 'O:SYG:SYD:(A;ID;FA;;;BA)' })
$told.access_after = [Scripted]::Sddl
$told.other_access = Invoke-Both (New-Operation a file_acl @{ path = $keys } @{ sddl = $list } @{ sddl = 'D:P(A;ID;FA;;;BA)' })

# Services: who runs, what stops with them, and one that hangs.
$global:running = @{ TermService = 'running'; UmRdpService = 'running'; SessionEnv = 'stopped' }
$global:start = 3
$global:hangs = ''
$global:steps = New-Object -TypeName System.Collections.Generic.List[string]
. $modules._RdpWriteHost {
    $script:serviceSeconds = 0
    Function script:Get-RdpServiceState { param ($Name) $global:running[$Name] }
    Function script:Use-RdpService {
        param ($Name, $With)
        $service = New-Object -TypeName PSObject
        $service | Add-Member -MemberType ScriptMethod -Name get_DependentServices -Value { @() }
        $service | Add-Member -MemberType ScriptMethod -Name get_ServiceHandle -Value { $null }
        $service | Add-Member -MemberType NoteProperty -Name Own -Value $Name
        $service | Add-Member -MemberType ScriptMethod -Name Stop -Value {
            $global:steps.Add("stop $($this.Own)")
            $global:running[$this.Own] = @('stopped', 'stop_pending')[[int]($global:hangs -eq $this.Own)]
        }
        $service | Add-Member -MemberType ScriptMethod -Name Start -Value {
            $global:steps.Add("start $($this.Own)")
            $global:running[$this.Own] = 'running'
        }
        & $With $service
    }
}
$restart = New-Operation t service @{ service = 'TermService' } @{ restarted = $true } @{ state = 'running' } $false
[Scripted]::All = @(@([long]0, 4), @([long]2, 0), @([long]65536, 6))
$told.refused_restart = @(Get-RdpConsentRefusal @(, $restart) @())[1]
$told.consented_restart = @(Get-RdpConsentRefusal @(, $restart) @('session_disconnect'))[1]
$told.restart = (Invoke-Both $restart @('session_disconnect')).there
$told.restart_steps = $global:steps.ToArray()
[Scripted]::Fails = $true
$told.uncounted_restart = @(Get-RdpConsentRefusal @(, $restart) @())[1]
[Scripted]::Fails = $false
$counted = New-Operation t service @{ service = 'TermService' } @{ restarted = $true } @{ state = 'running'; active_sessions = [long]0 } $false
$told.more_sessions = Invoke-Both $counted @('session_disconnect')
[Scripted]::All = @(, @([long]0, 4))
$told.no_sessions = (Invoke-Both $counted).there
$global:steps.Clear()
$global:hangs = 'TermService'
$told.hanging = Invoke-Both $restart
$told.hanging_steps = $global:steps.ToArray()
ConvertTo-Json -Depth 9 -Compress -InputObject $told
