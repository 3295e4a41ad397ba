# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the subsets events and client_events. By provider and id, never by text: that is in the display language.
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:eventLimit = 200
$script:textLimit = 65536  # characters of all properties together
$script:propertyLimit = 20
$script:propertyText = 256
$script:budgetMs = 1000  # of all queries together: a Security log of gigabytes is walked to its end where few events fit
$script:provider = 'Microsoft-Windows-'
$script:manager = "${provider}TerminalServices-RemoteConnectionManager"
$script:session = "${provider}TerminalServices-LocalSessionManager"
$script:core = "${provider}RemoteDesktopServices-RdpCoreTS"
$script:client = "${provider}TerminalServices-RDPClient"

# Channel|provider|ids|properties. "numbers" keeps text out: there it is names and addresses of people.
# The connection manager in all its channels: public catalogues disagree where its ids go.
$script:hostRows = @(
    "System|$manager|1003 1004 1006 1035 1036 1050-1069|all"
    "$manager/Admin|$manager|1003 1004 1006 1035 1036 1050-1069|all"
    "$manager/Operational|$manager|256-262 1003 1004 1006 1035 1036 1050-1069 1149|numbers"
    'System|Schannel|36870-36888|all'
    "$core/Operational|$core|65 66 97-99 102 103 130 131 133 135-141 225 226|numbers"
    "$session/Operational|$session|21 23-25 36 40-42|numbers"
    'System|Service Control Manager|7000 7001 7022 7031 7034|all'
    'System|NETLOGON|3210 5719|all'
    'System|LsaSrv|6041 6167|all'
    'Application|WVD-Agent|3019 3277 3389 3702 3703|all'
    "${provider}NTLM/Operational|${provider}NTLM|4001-4003|numbers"
    "Security|${provider}Security-Auditing|4625|numbers"
)
$script:clientRows = @(
    "$client/Operational|${provider}TerminalServices-ClientActiveXCore|226 1007 1009 1015 1017 1024-1026 1028 1102 1103 1105|all"
    "$client/Operational|${provider}TerminalServices-ClientActiveXCore|1027 1029|numbers"
    'System|LsaSrv|6041|all'
)

Function Get-RdpEventQuery {
    param ([string] $Provider, [string] $Id, [int] $Hours)
    $ids = foreach ($part in $Id.Split(' ')) {
        $first, $last = $part.Split('-')
        if ($last) {
            "(EventID>=$first and EventID<=$last)"
        }
        else {
            "EventID=$first"
        }
    }
    "*[System[Provider[@Name='$Provider'] and ($($ids -join ' or ')) and TimeCreated[timediff(@SystemTime)<=$([long]$Hours * 3600000)]]]"
}

Function ConvertTo-RdpEvent {
    param ([object] $Record, [string] $Channel, [bool] $Text)
    $properties = foreach ($property in $Record.Properties | Select-Object -First $propertyLimit) {
        $value = $property.Value
        if ($value -is [byte[]]) {
            $value = [Convert]::ToBase64String($value, 0, [Math]::Min($value.Length, 96))
        }
        $value = Limit-RdpText $value $propertyText
        if (-not $Text -and $value -notmatch '^(-?\d+|0x[0-9a-fA-F]+)$') {
            $value = ''
        }
        $value
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

# Newest first, up to a number; the caller catches what a channel refuses.
Function Read-RdpEvent {
    param ([string] $Channel, [string] $Query, [int] $Most, [bool] $Newest = $true)
    $reader = New-RdpEventReader -Channel $Channel -Query $Query -Newest $Newest
    try {
        for ($i = 0; $i -lt $Most; $i++) {
            $left = [Math]::Max(1, $budgetMs - $script:watch.ElapsedMilliseconds)
            $record = $reader.ReadEvent([TimeSpan]::FromMilliseconds($left))
            if ($null -eq $record) {
                return
            }
            $record
        }
    }
    finally {
        $reader.Dispose()
    }
}

# Whether silence of a channel means anything: it is there, it is on, and it reaches back far enough.
Function Get-RdpChannel {
    param ([string] $Channel)
    $path = "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\$Channel"
    $classic = "HKLM\SYSTEM\CurrentControlSet\Services\EventLog\$Channel"
    $entry = @{ exists = $true; Enabled = Get-RdpValue $path Enabled; oldest = $null; kind = '' }
    if ((Get-RdpName $path).kind -eq 'absent' -and (Get-RdpName $classic).kind -eq 'absent') {
        $entry.exists = $false
        return $entry
    }
    $oldest = Get-RdpAnswer {
        Read-RdpEvent -Channel $Channel -Query '*' -Most 1 -Newest $false | ForEach-Object { Get-RdpTime $_.TimeCreated.ToUniversalTime() }
    }
    $entry.kind = $oldest.kind
    foreach ($time in $oldest.items) {
        $entry.oldest = [string]$time
    }
    $entry
}

Function Get-RdpEventFact {
    param ([string] $Side, [int] $Hours, [int] $Newest, [bool] $IncludeName)
    $rows = $hostRows
    if ($Side -eq 'client') {
        $rows = $clientRows
    }
    $script:watch = [Diagnostics.Stopwatch]::StartNew()
    $facts = @{ hours = $Hours; newest = $Newest; channels = @{}; events = @(); truncated = $false }
    $size = 0
    $events = foreach ($row in $rows) {
        $channel, $source, $ids, $kept = $row.Split('|')
        if (-not $facts.channels.ContainsKey($channel)) {
            $facts.channels[$channel] = Get-RdpChannel $channel
        }
        $entry = $facts.channels[$channel]
        if (-not $entry.exists -or $entry.kind) {
            continue
        }
        $text = $IncludeName -or $kept -eq 'all'
        $answer = Get-RdpAnswer -Limit $Newest -Ask {
            Read-RdpEvent -Channel $channel -Query (Get-RdpEventQuery -Provider $source -Id $ids -Hours $Hours) -Most ($Newest + 1) |
                ForEach-Object { ConvertTo-RdpEvent -Record $_ -Channel $channel -Text $text }
        }
        $entry.kind = $answer.kind
        $facts.truncated = [bool]($facts.truncated -or $answer.truncated)
        foreach ($item in $answer.items) {
            $size += ($item.properties -join '').Length + 40 * @($item.properties).Count
            if ($size -le $textLimit) {
                $item
            }
        }
    }
    $facts.events = @($events | Sort-Object -Property { $_.time } -Descending | Select-Object -First $eventLimit)
    $facts.truncated = [bool]($facts.truncated -or $size -gt $textLimit -or @($events).Count -gt $eventLimit)
    $facts
}

Export-ModuleMember -Function Get-Rdp*
