# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the kinds of operations on services, sessions and firewall rules, and waiting.
#AnsibleRequires -PowerShell ..module_utils._RdpWriteRegistry
#AnsibleRequires -PowerShell ..module_utils._RdpWriteStore
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:stations = 'HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations'
$script:rules = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules'
$script:states = @{ 1 = 'stopped'; 2 = 'start_pending'; 3 = 'stop_pending'; 4 = 'running'; 5 = 'continue_pending'; 6 = 'pause_pending'; 7 = 'paused' }
$script:starts = @{ 2 = 'automatic'; 3 = 'manual'; 4 = 'disabled' }
$script:sessionStates = 'active', 'connected', 'connect_query', 'shadow', 'disconnected', 'idle', 'listen', 'reset', 'down', 'init'
$script:occupied = 'active', 'connect_query', 'shadow', 'disconnected'
$script:serviceSeconds = 30  # a service that takes longer hangs; Windows itself says so after that time

Function Use-RdpService {
    param ([string] $Name, [scriptblock] $With)
    Add-Type -AssemblyName System.ServiceProcess
    $service = New-Object -TypeName System.ServiceProcess.ServiceController -ArgumentList $Name
    try {
        & $With $service
    }
    finally {
        $service.Dispose()
    }
}

# The getters are called by name: a property that fails would read as nothing.
Function Get-RdpServiceState {
    param ([string] $Name)
    $states[[int](Use-RdpService $Name { param ($service) $service.get_Status() })]
}

Function Read-RdpService {
    param ([hashtable] $Operation)
    $name = $Operation.target.service
    $start = (Read-RdpValue @{ key = "HKLM\SYSTEM\CurrentControlSet\Services\$name"; value = 'Start' }).value
    $state = @{ state = [string](Get-RdpServiceState $name); start = $start }
    if ($starts[[int]$start]) { $state.start = $starts[[int]$start] }
    if ($null -ne $Operation.expect['active_sessions']) { $state.active_sessions = Get-RdpSessionCount }
    $state
}

# The sessions of people, or nothing where they cannot be counted.
Function Get-RdpSessionCount {
    try {
        [long]@($effects::Sessions() | Where-Object { $_[0] -and $occupied -contains $sessionStates[$_[1]] }).Count
    }
    catch {
        $null
    }
}

# Why TermService may not stop now, or an empty text.
Function Get-RdpSessionRefusal {
    param ([string] $Name, [string[]] $Consent)
    $count = Get-RdpSessionCount
    if ($Name -ne 'TermService' -or $Consent -contains 'session_disconnect' -or $count -eq 0) { return '' }
    if ($null -eq $count) {
        return 'whom stopping TermService would cut off cannot be counted, and session_disconnect is not consented to.'
    }
    "stopping TermService would cut off $count sessions, and session_disconnect is not consented to."
}

Function Wait-RdpService {
    param ([string] $Name, [string[]] $State)
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while ((Get-RdpServiceState $Name) -notin $State) {
        if ($watch.Elapsed.TotalSeconds -ge $serviceSeconds) {
            throw "$Name is $(Get-RdpServiceState $Name) after $serviceSeconds s and not $($State[0])."
        }
        Start-Sleep -Milliseconds 100
    }
}

Function Start-RdpService {
    param ([string] $Name)
    if ((Get-RdpServiceState $Name) -eq 'stop_pending') { Wait-RdpService $Name stopped, running, start_pending }
    if ((Get-RdpServiceState $Name) -notin 'running', 'start_pending') {
        Use-RdpService $Name { param ($service) $service.Start() }
    }
    Wait-RdpService $Name running
}

# Each for itself: one that does not start keeps no other from it.
Function Start-RdpEach {
    param ([string[]] $Names)
    $fault = $null
    foreach ($one in $Names) {
        try {
            Start-RdpService $one
        }
        catch {
            if (-not $fault) { $fault = $_ }
        }
    }
    if ($fault) { throw $fault }
}

# Those that run and stop with a service, in the order in which they stop.
Function Get-RdpNeeding {
    param ([string] $Name)
    $needing = @(Use-RdpService $Name { param ($service) $service.get_DependentServices() | ForEach-Object { $_.get_ServiceName() } })
    if ($Name -eq 'TermService') { $needing = @($needing) + 'UmRdpService' | Select-Object -Unique }
    $needing | Where-Object { (Get-RdpServiceState $_) -eq 'running' }
}

# What has to run again, in the order of starting. It is noted first: a run may be killed while nothing of it runs.
Function Save-RdpRunning {
    param ([hashtable] $Operation)
    $name = $Operation.target.service
    $running = @()
    if (($Operation.ensure['restarted'] -or $Operation.ensure['state'] -eq 'stopped') -and (Get-RdpServiceState $name) -eq 'running') {
        $running = @(Get-RdpNeeding $name) + $name
        [Array]::Reverse($running)
    }
    @{ running = [string[]]$running }
}

# Stops a service after those that run and need it, and returns these.
Function Stop-RdpService {
    param ([string] $Name)
    foreach ($other in @(Get-RdpNeeding $Name)) {
        $other
        Stop-RdpOne $other
    }
    Stop-RdpOne $Name
}

Function Stop-RdpOne {
    param ([string] $Name)
    if ((Get-RdpServiceState $Name) -notin 'stopped', 'stop_pending') {
        Use-RdpService $Name { param ($service) $service.Stop() }
    }
    Wait-RdpService $Name stopped
}

Function Restart-RdpService {
    param ([string] $Name, [string[]] $Consent)
    $refusal = Get-RdpSessionRefusal $Name $Consent
    if ($refusal) { throw $refusal }
    $needing = New-Object -TypeName System.Collections.Generic.List[string]
    $fault = $null
    try {
        Stop-RdpService $Name | ForEach-Object { $needing.Insert(0, $_) }
    }
    catch {
        $fault = $_
    }
    # Whatever happened: what ran before shall run again.
    try {
        Start-RdpEach (@($Name) + $needing.ToArray())
    }
    catch {
        if (-not $fault) { $fault = $_ }
    }
    if ($fault) { throw $fault }
}

Function Set-RdpService {
    param ([string] $Name, [AllowNull()] [object] $Start, [AllowNull()] [object] $State, [string[]] $Consent)
    if ($State -eq 'stopped') {
        $refusal = Get-RdpSessionRefusal $Name $Consent
        if ($refusal) { throw $refusal }
        $null = Stop-RdpService $Name
    }
    $number = [int]($starts.Keys | Where-Object { $starts[$_] -eq $Start })
    if ($number) {
        Use-RdpService $Name { param ($service) $effects::SetStart($service.get_ServiceHandle(), $number) }
    }
    if ($State -eq 'running') {
        Start-RdpService $Name
    }
}

# The certificate that the listener is to serve: whether it is in its store, with a key, and in its time.
Function Test-RdpCertificate {
    $bound = Read-RdpValue @{ key = "$stations\RDP-Tcp"; value = 'SSLCertificateSHA1Hash' }
    $name = 'My'
    if ($bound.kind -eq 'absent') {
        $bound = Read-RdpValue @{ key = $stations; value = 'SelfSignedCertificate' }
        $name = 'Remote Desktop'
    }
    if ($bound.kind -ne 'REG_BINARY') { return $false }
    $hash = [BitConverter]::ToString([Convert]::FromBase64String($bound.value)).Replace('-', '')
    Use-RdpStore $hash -Name $name {
        param ($store, $found)
        $now = [DateTime]::Now
        [bool]($found.Count -and $found[0].HasPrivateKey -and $found[0].NotBefore -le $now -and $found[0].NotAfter -gt $now)
    }
}

Function Read-RdpCondition {
    param ([hashtable] $Target)
    switch ($Target.condition) {
        service_state { @{ state = Get-RdpServiceState $Target.service } }
        listener_certificate { @{ valid = Test-RdpCertificate } }
        port_listening {
            $all = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpListeners()
            @{ listening = [bool]($all | Where-Object { $_.Port -eq $Target.port }) }
        }
    }
}

Function Read-RdpRule {
    param ([hashtable] $Target)
    $found = Read-RdpValue @{ key = $rules; value = $Target.rule }
    if ($found.kind -eq 'absent') { throw 'there is no such rule.' }
    @{ active = [bool]($found.value -like '*|Active=TRUE|*') }
}

# The only way to Windows' own rules that keeps the running firewall and the registry together.
Function Switch-RdpRule {
    param ([string] $Name, [bool] $Active)
    if ($Active) { return Enable-NetFirewallRule -Name $Name }
    Disable-NetFirewallRule -Name $Name
}

Function Read-RdpSession {
    param ([long] $Id)
    $found = @($effects::Sessions() | Where-Object { $_[0] -eq $Id })
    if (-not $found.Count) { return @{ present = $false; state = $null } }
    if ($Id -eq [Diagnostics.Process]::GetCurrentProcess().SessionId) { throw 'it is the session of this connection.' }
    @{ present = $true; state = [string]$sessionStates[$found[0][1]] }
}

Function Get-RdpHostKind {
    @{
        service = @{
            Read = { param ($op) Read-RdpService $op }
            Save = { param ($op) Save-RdpRunning $op }
            Write = {
                param ($op, $journal, $consent)
                if ($op.ensure['restarted']) { return Restart-RdpService $op.target.service $consent }
                Set-RdpService $op.target.service $op.ensure['start'] $op.ensure['state'] $consent
            }
            Restore = {
                param ($op, $entry, $journal, $consent)
                $state = @{ stopped = 'stopped'; stop_pending = 'stopped' }[$entry.before.state]
                if (-not $state) { $state = 'running' }
                $now = Read-RdpService $op
                $wished = $state
                if ($state -eq $now.state) { $wished = $null }
                Set-RdpService $op.target.service $entry.before.start $wished $consent
                if ($state -eq 'running') { Start-RdpEach @($entry.saved['running'] | Where-Object { $_ }) }
            }
        }
        wait_until = @{
            Read = { param ($op) Read-RdpCondition $op.target }
            Wait = {
                param ($op, $now)
                $watch = [Diagnostics.Stopwatch]::StartNew()
                while (-not (Test-RdpHolds $op $op.ensure $now)) {
                    if ($watch.Elapsed.TotalSeconds -ge $op.target.seconds) {
                        throw "it did not come true within $($op.target.seconds) s."
                    }
                    Start-Sleep -Milliseconds 250
                    $now = Read-RdpCondition $op.target
                }
                $now
            }
        }
        firewall_rule = @{
            Read = { param ($op) Read-RdpRule $op.target }
            Write = { param ($op) Switch-RdpRule $op.target.rule $op.ensure.active }
            Restore = { param ($op, $entry) Switch-RdpRule $op.target.rule $entry.before.active }
        }
        session_logoff = @{
            Read = { param ($op) Read-RdpSession $op.target.session }
            Write = { param ($op) $effects::LogOff([int]$op.target.session) }
        }
    }
}

Export-ModuleMember -Function *-Rdp*
