# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the subsets os, listener, services, firewall, ports and sessions.
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:control = 'HKLM\SYSTEM\CurrentControlSet\Control'
$script:windows = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
$script:ts = "$control\Terminal Server"
$script:policy = 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
$script:stationLimit = 50  # a host has one to three
$script:sessionLimit = 500
$script:portLimit = 500  # lowest first: what falls off are ports that programs were given for the moment
$script:ruleLimit = 200  # the built-in rules are five; more than this is a fault that the first ones show
$script:ruleScanLimit = 20000  # rules leaked per logon reach 100,000 on session hosts: bound the walk
$script:ruleText = 8192

# Key of the local values -> their names. A trailing * marks the names that a policy value exists for.
$script:listenerValue = @{
    $ts = 'fDenyTSConnections* TSServerDrainMode StartRCM RCDependentServices MaxOutstandingConnections'
    "$ts\WinStations\RDP-Tcp" = 'PortNumber SecurityLayer* UserAuthentication* MinEncryptionLevel* fAllowSecProtocolNegotiation ' +
    'fEnableWinStation fLogonDisabled MaxInstanceCount* LanAdapter SelectTransport* SelectNetworkDetect* LoadableProtocol_Object ' +
    'PdName PdName1 PdDLL PdDLL1 PdClass PdClass1 WdName WdPrefix WdFlag WebSocketListenerPort WebSocketTlsListenerPort fPromptForPassword*'
    "$windows\Winlogon" = 'WinStationsDisabled'
}
$script:policyOnly = 'KeepAliveEnable', 'KeepAliveInterval', 'KeepAliveTimeout', 'fDisableAutoReconnect', 'fEncryptRPCTraffic'
$script:serviceName = 'TermService', 'SessionEnv', 'UmRdpService', 'CertPropSvc', 'KeyIso', 'CryptSvc', 'LSM', 'RpcSs', 'gpsvc', 'MpsSvc'
$script:sessionState = 'active', 'connected', 'connect_query', 'shadow', 'disconnected', 'idle', 'listen', 'reset', 'down', 'init'

Function Get-RdpOsFact {
    $text = @{}
    $version = Get-RdpValueTable $windows ProductName, EditionID, InstallationType, CurrentBuildNumber, UBR, DisplayVersion
    $version += Get-RdpValueTable "$control\ProductOptions" ProductType
    foreach ($name in $version.Keys) {
        $text[$name] = Limit-RdpText $version[$name].value 64
    }
    $ubr = $null
    if ($version.UBR.kind -eq 'REG_DWORD') {
        $ubr = [long]$version.UBR.value
    }
    $rename = Get-RdpValue "$control\Session Manager" PendingFileRenameOperations
    $join = $native::Join()
    # Stopwatch ticks count from the start of the system, and unlike TickCount they do not wrap after 49 days.
    $up = [Diagnostics.Stopwatch]::GetTimestamp() / [Diagnostics.Stopwatch]::Frequency
    $current = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion'
    @{
        computer_name = [string][Environment]::MachineName
        product_name = $text.ProductName
        edition_id = $text.EditionID
        installation_type = $text.InstallationType
        product_type = $text.ProductType
        build = [int]::Parse($text.CurrentBuildNumber)
        ubr = $ubr
        display_version = $text.DisplayVersion
        domain = @{ joined = [bool]($join[1] -eq 3); name = [string]$join[0] }
        pending_reboot = @{
            component_based_servicing = [bool]((Get-RdpName "$current\Component Based Servicing\RebootPending").kind -ne 'absent')
            windows_update = [bool]((Get-RdpName "$current\WindowsUpdate\Auto Update\RebootRequired").kind -ne 'absent')
            pending_file_rename = [bool]($rename.kind -eq 'REG_MULTI_SZ' -and @($rename.value).Count -gt 0)
        }
        setup = Get-RdpValueTable HKLM\SYSTEM\Setup SystemSetupInProgress, OOBEInProgress
        powershell = [string]$PSVersionTable.PSVersion
        powershell_edition = [string]$PSVersionTable.PSEdition
        booted_at = Get-RdpTime ([DateTime]::UtcNow.AddSeconds(-$up))
    }
}

Function Get-RdpListenerFact {
    $values = @{}
    foreach ($path in $listenerValue.Keys) {
        $marked = $listenerValue[$path].Split(' ')
        $local = Get-RdpValueTable $path ($marked -replace '\*')
        $byPolicy = Get-RdpValueTable $policy ($marked -like '*[*]' -replace '\*')
        foreach ($name in $local.Keys) {
            $values[$name] = @{ local = $local[$name]; policy = $byPolicy[$name] }
        }
    }
    $byPolicy = Get-RdpValueTable $policy $policyOnly
    foreach ($name in $policyOnly) {
        $values[$name] = @{ local = $null; policy = $byPolicy[$name] }
    }
    $names = (Get-RdpName "$ts\WinStations" -Below).names
    $stations = foreach ($name in $names | Select-Object -First $stationLimit) {
        $station = Get-RdpValueTable "$ts\WinStations\$name" fEnableWinStation, PortNumber, LoadableProtocol_Object
        $station.name = [string]$name
        $station
    }
    @{ values = $values; win_stations = @($stations); truncated = [bool]($names.Count -gt $stationLimit) }
}

Function Get-RdpServiceFact {
    $facts = @{}
    foreach ($name in $serviceName) {
        $facts[$name] = Get-RdpService $name
    }
    $facts
}

Function Get-RdpPort {
    $own = Get-RdpValue "$ts\WinStations\RDP-Tcp" PortNumber
    if ($own.kind -eq 'REG_DWORD') {
        return $own.value
    }
    3389
}

# Whether a rule may concern the listener: by its name, group, service or port; else inbound TCP of svchost, in a range of ports or on none.
# Rules of app packages name neither port nor program, and session hosts have thousands of them.
Function Test-RdpFirewallRule {
    param ([string] $Name, [string] $Text, [long] $Port)
    if ($Name -like 'RemoteDesktop-*' -or $Text -match "\|(EmbedCtxt=@FirewallAPI\.dll,-28752|Svc=termservice|LPort=$Port)\|") {
        return $true
    }
    if ($Text -notlike '*|Dir=In|*' -or $Text -match '\|(AppPkgId|LUOwn|PFN)=' -or ($Text -like '*|Protocol=*' -and $Text -notlike '*|Protocol=6|*')) {
        return $false
    }
    if (($Text -like '*|App=*' -and $Text -notmatch '\|App=[^|]*\\svchost\.exe\|') -or
        ($Text -like '*|Svc=*' -and $Text -notlike '*|Svc=[*]|*')) {
        return $false
    }
    $Text -notlike '*|LPort*' -or $Text -match '\|LPort2_\d+='
}

# The rules of one hive that concern Remote Desktop.
Function Get-RdpFirewallRule {
    param ([string] $Path, [string] $Hive, [long] $Port, [int] $Limit)
    $rules = New-Object -TypeName System.Collections.Generic.List[object]
    $key = Open-RdpKey $Path
    if ($null -eq $key) {
        return @{ rules = @(); truncated = $false }
    }
    try {
        $names = $key.GetValueNames()
        $truncated = $names.Count -gt $ruleScanLimit
        foreach ($name in $names | Select-Object -First $ruleScanLimit) {
            $text = [string]$key.GetValue($name)
            if (-not (Test-RdpFirewallRule -Name $name -Text $text -Port $Port)) {
                continue
            }
            if ($rules.Count -ge $Limit) {
                $truncated = $true
                break
            }
            if ($text.Length -gt $ruleText -or $name.Length -gt 512) {
                $truncated = $true
                continue
            }
            $rules.Add(@{ id = [string]$name; hive = $Hive; text = $text })
        }
    }
    finally {
        $key.Dispose()
    }
    @{ rules = $rules.ToArray(); truncated = [bool]$truncated }
}

# The profiles in force in a hashtable; its list is null where Windows does not say.
Function Get-RdpActiveProfile {
    $types = 0
    try {
        $types = [int](New-Object -ComObject HNetCfg.FwPolicy2).CurrentProfileTypes
    }
    catch {
        $types = 0
    }
    if (-not $types) {
        # Also when the getter fails: that reads as nothing, without an error.
        return @{ names = $null }
    }
    $names = foreach ($bit in 1, 2, 4) {
        if ($types -band $bit) {
            @{ 1 = 'domain'; 2 = 'private'; 4 = 'public' }[$bit]
        }
    }
    @{ names = @($names) }
}

Function Get-RdpFirewallFact {
    $localRoot = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy'
    $policyRoot = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall'
    $port = Get-RdpPort
    # Policy first: its rules are few and decide.
    $byPolicy = Get-RdpFirewallRule -Path "$policyRoot\FirewallRules" -Hive policy -Port $port -Limit $ruleLimit
    $local = Get-RdpFirewallRule -Path "$localRoot\FirewallRules" -Hive local -Port $port -Limit ($ruleLimit - $byPolicy.rules.Count)
    $switches = 'EnableFirewall', 'DefaultInboundAction', 'DoNotAllowExceptions'
    $profiles = @{}
    # The local hive knows the private profile by its older name.
    foreach ($row in 'domain Domain Domain', 'private Standard Private', 'public Public Public') {
        $name, $localKey, $policyKey = $row.Split(' ')
        $profiles[$name] = @{
            local = Get-RdpValueTable "$localRoot\${localKey}Profile" $switches
            policy = Get-RdpValueTable "$policyRoot\${policyKey}Profile" ($switches + 'AllowLocalPolicyMerge')
        }
    }
    @{
        rules = @($byPolicy.rules) + @($local.rules)
        truncated = [bool]($local.truncated -or $byPolicy.truncated)
        profiles = $profiles
        active_profiles = (Get-RdpActiveProfile).names
    }
}

Function Get-RdpPortFact {
    $facts = @{ term_service_pid = $null }
    foreach ($family in 2, 23) {
        $facts[@{ 2 = 'ipv4'; 23 = 'ipv6' }[$family]] = Get-RdpAnswer -Limit $portLimit -Ask {
            $native::Listeners($family) | Sort-Object -Property { $_[1] } | ForEach-Object {
                @{ address = [string]$_[0]; port = [int]$_[1]; pid = [long]$_[2] }
            }
        }
    }
    $found = (Get-RdpAnswer { $native::Service('TermService')[1] }).items
    if ($found -and $found[0]) {
        $facts.term_service_pid = [long]$found[0]
    }
    $facts
}

Function Get-RdpSessionFact {
    param ([bool] $IncludeName)
    $all = @($native::Sessions())
    $sessions = foreach ($row in $all | Select-Object -First $sessionLimit) {
        $session = @{ id = [long]$row[0]; state = 'unknown'; station = [string]$row[2]; user = $null; domain = $null }
        if ($row[1] -ge 0 -and $row[1] -lt $sessionState.Count) {
            $session.state = $sessionState[$row[1]]
        }
        if ($IncludeName) {
            $session.user = [string]$row[3]
            $session.domain = [string]$row[4]
        }
        $session
    }
    @{ sessions = @($sessions); truncated = [bool]($all.Count -gt $sessionLimit) }
}

Export-ModuleMember -Function Get-Rdp*
