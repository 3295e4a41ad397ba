# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the subsets events and client_events. By provider and id, never by text: that is in the display language.
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:textLimit = 49152  # characters of all properties together
$script:budgetMs = 1000  # of all queries together: a Security log of gigabytes is walked to its end where few events fit
$script:windows = 'Microsoft-Windows-'
$script:services = "${windows}TerminalServices-"
$script:manager = "${services}RemoteConnectionManager"
$script:session = "${services}LocalSessionManager"
$script:core = "${windows}RemoteDesktopServices-RdpCoreTS"
$script:client = "${services}RDPClient/Operational|${services}ClientActiveXCore"

# Channels|provider|ids, and "numbers" where text is kept out: there it is names and addresses of people; texts of which one has to be there.
# The connection manager in all its channels: public catalogues disagree where its ids go.
$script:rows = @{
    host = @"
System,$manager/Admin,$manager/Operational|$manager|1003 1004 1006 1035 1036 1050-1069
$manager/Operational|$manager|256-262 1149|numbers
System|Schannel|36870-36888
$core/Operational|$core|65 66 98 99 102 103 130 131 133 135-138 141 225 226|numbers
$core/Operational|$core|97 139 140|numbers
$session/Operational|$session|21 23-25|numbers
$session/Operational|$session|36 40-42|numbers
System|Service Control Manager|7000 7001 7022 7023 7031 7034
System|NETLOGON|3210 5719
System|LsaSrv|6041 6167
Application|WVD-Agent|3019 3277 3389 3702 3703
Application|${windows}Winlogon|4005
Application|Application Error|1000||svchost.exe_TermService winlogon.exe dwm.exe LogonUI.exe
${windows}Kernel-PnP/Configuration|${windows}Kernel-PnP|411
${windows}NTLM/Operational|${windows}NTLM|4001-4003|numbers
Security|${windows}Security-Auditing|4625|numbers
Security|${windows}Security-Auditing|4740 4776|numbers
"@
    client = @"
$client|226 1007 1009 1015 1017 1024-1026 1028 1102 1103 1105
$client|1027 1029|numbers
System|LsaSrv|6041
"@
}

Function Get-RdpEventQuery {
    param ([string] $Provider, [string] $Id, [int] $Hours, [string] $Said)
    $ids = $Id.Split(' ') -replace '^\d+$', 'EventID=$0' -replace '^(\d+)-(\d+)$', '(EventID>=$1 and EventID<=$2)' -join ' or '
    if ($Said) { $Said = " and EventData[$($Said.Split(' ') -replace '.+', 'Data=''$0''' -join ' or ')]" }
    "*[System[Provider[@Name='$Provider'] and ($ids) and TimeCreated[timediff(@SystemTime)<=$([long]$Hours * 3600000)]]$Said]"
}

Function ConvertTo-RdpEvent {
    param ([object] $Record, [string] $Channel, [bool] $Text)
    $properties = foreach ($property in $Record.Properties | Select-Object -First 20) {
        $value = $property.Value
        if ($value -is [byte[]]) { $value = [Convert]::ToBase64String($value) }
        # By type: an account may be called 4711.
        if (-not $Text -and $value -isnot [ValueType]) { $value = '' }
        Limit-RdpText $value
    }
    @{
        provider = [string]$Record.ProviderName
        id = [int]$Record.Id
        channel = $Channel
        level = [int]$Record.Level
        time = Get-RdpTime $Record.TimeCreated.ToUniversalTime()
        properties = @($properties)
    }
}

Function New-RdpEventReader {
    param ([string] $Channel, [string] $Query, [bool] $Newest)
    $asked = New-Object -TypeName System.Diagnostics.Eventing.Reader.EventLogQuery -ArgumentList $Channel, 'LogName', $Query
    $asked.ReverseDirection = $Newest
    New-Object -TypeName System.Diagnostics.Eventing.Reader.EventLogReader -ArgumentList $asked
}

# Newest first, up to a number. What was found before a failure or the end of the time is kept beside its kind.
Function Read-RdpEvent {
    param ([string] $Channel, [string] $Query, [int] $Most, [bool] $Text, [bool] $Newest = $true)
    $found = @{ kind = ''; events = @() }
    try {
        $reader = New-RdpEventReader $Channel $Query $Newest
        $reader.BatchSize = [Math]::Min(64, $Most)
        while ($found.events.Count -lt $Most) {
            $left = [Math]::Max(1, $budgetMs - $watch.ElapsedMilliseconds)
            $record = $reader.ReadEvent([TimeSpan]::FromMilliseconds($left))
            if ($null -eq $record) { break }
            $found.events += ConvertTo-RdpEvent $record $Channel $Text
        }
        $reader.Dispose()
    }
    catch {
        $found.kind = Get-RdpFailure $_.Exception
        # A time-out has no code of its own.
        if ($found.kind -eq 'unexpected' -and $watch.ElapsedMilliseconds -ge $budgetMs) { $found.kind = 'timed_out' }
    }
    $found
}

# Whether silence of a channel means anything: it is there, it is on, and it reaches back far enough.
Function Get-RdpChannel {
    param ([string] $Channel)
    $path = "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\$Channel"
    $places = (Get-RdpName $path).kind, (Get-RdpName "HKLM\SYSTEM\CurrentControlSet\Services\EventLog\$Channel").kind
    $entry = @{ exists = [bool]@($places -ne 'absent').Count; Enabled = Get-RdpValue $path Enabled; oldest = $null; kind = '' }
    if ($entry.exists) {
        $found = Read-RdpEvent $Channel '*' 1 -Newest $false
        $entry.kind = $found.kind
        $found.events | ForEach-Object { $entry.oldest = $_.time }
    }
    $entry
}

Function Get-RdpEventFact {
    param ([string] $Side, [int] $Hours, [int] $Newest, [bool] $IncludeName)
    $script:watch = [Diagnostics.Stopwatch]::StartNew()
    $channels = @{}
    $cut = @()
    $room = $textLimit
    $events = foreach ($row in $rows[$Side] -split '\r?\n') {
        $names, $provider, $ids, $kept, $said = $row.Split('|')
        $query = Get-RdpEventQuery $provider $ids $Hours $said
        foreach ($channel in $names.Split(',')) {
            if (-not $channels[$channel]) { $channels[$channel] = Get-RdpChannel $channel }
            $entry = $channels[$channel]
            if (-not $entry.exists -or $entry.kind -eq 'access_denied') { continue }
            $found = Read-RdpEvent $channel $query ($Newest + 1) ($IncludeName -or -not $kept)
            if ($found.kind) { $entry.kind = $found.kind }
            if ($found.kind -or $found.events.Count -gt $Newest) { $cut += @{ channel = $channel; provider = $provider; ids = $ids } }
            foreach ($item in $found.events | Select-Object -First $Newest) {
                $room -= ($item.properties -join '').Length + 40 * $item.properties.Count
                if ($room -ge 0) { $item }
            }
        }
    }
    $facts = $events | Sort-Object -Property { $_.time } -Descending | Limit-RdpList events 200
    $whole = $facts.truncated -or $room -lt 0
    $facts.truncated = [bool]($whole -or $cut.Count)
    $facts + @{ hours = $Hours; newest = $Newest; channels = $channels; crashes = $Side -eq 'host'; cut = $(if ($whole) { $null } else { , $cut }) }
}

Export-ModuleMember -Function Get-Rdp*
