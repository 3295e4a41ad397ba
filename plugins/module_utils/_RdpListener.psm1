# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the subsets os, listener, services, firewall, ports and sessions.
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:windows = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
$script:current = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion'
$script:firewall = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy'
$script:firewallPolicy = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall'
$script:ruleLimit = 200  # the built-in rules are five; more than this is a fault that the first ones show
$script:ruleScanLimit = 20000  # rules leaked per logon reach 100,000 on session hosts: bound the walk
$script:ruleScanMs = 600  # of all hives together: a disk may be slow
$script:ruleText = 49152  # characters of all rules together

# Key of the local values -> their names. A trailing * marks the names that a policy value exists for.
# A block, because modules are loaded in any order: what the others export may not be there yet.
$script:listenerValue = { @{
    $ts = 'fDenyTSConnections* TSServerDrainMode StartRCM RCDependentServices MaxOutstandingConnections'
    "$ts\WinStations\RDP-Tcp" = 'PortNumber SecurityLayer* UserAuthentication* MinEncryptionLevel* fAllowSecProtocolNegotiation ' +
    'fEnableWinStation fLogonDisabled MaxInstanceCount* LanAdapter SelectTransport* SelectNetworkDetect* LoadableProtocol_Object ' +
    'PdName PdName1 PdDLL PdDLL1 PdClass PdClass1 WdName WdPrefix WdFlag WebSocketListenerPort WebSocketTlsListenerPort fPromptForPassword*'
    "$ts\ClusterSettings" = 'SessionDirectoryRedirectionIP'
    "$windows\Winlogon" = 'WinStationsDisabled'
    $policy = 'KeepAliveEnable KeepAliveInterval KeepAliveTimeout fDisableAutoReconnect fEncryptRPCTraffic'
} }
$script:serviceName = 'TermService SessionEnv UmRdpService CertPropSvc KeyIso CryptSvc LSM RpcSs gpsvc MpsSvc nsi Dhcp Audiosrv Tssdis RDMS RustDesk'.Split(' ')
$script:sessionState = 'active connected connect_query shadow disconnected idle listen reset down init'.Split(' ')

Function Get-RdpOsFact {
    param ([bool] $IncludeName)
    $ubr = (Get-RdpValue $windows UBR).value
    $domain = @{ joined = $null; name = ''; kind = ''; entra_joined = Test-RdpName "$control\CloudDomainJoin\JoinInfo" }
    try {
        $name, $joined = $native::Join()
        $domain.name, $domain.joined = [string]$name, [bool]($joined -eq 3)
    }
    catch { $domain.kind = Get-RdpFailure $_.Exception }
    $pending = @{
        component_based_servicing = Test-RdpName "$current\Component Based Servicing\RebootPending"
        windows_update = Test-RdpName "$current\WindowsUpdate\Auto Update\RebootRequired"
        pending_file_rename = $null
    }
    # May be megabytes long, or left behind empty.
    try { $pending.pending_file_rename = [bool](@(Get-RdpRaw "$control\Session Manager" PendingFileRenameOperations) -ne '') }
    catch { if ((Get-RdpFailure $_.Exception) -ne 'access_denied') { throw } }
    $facts = @{
        computer_name = [string][Environment]::MachineName
        build = [int]::Parse((Get-RdpValue $windows CurrentBuildNumber).value)
        ubr = $(if ($ubr -is [long]) { $ubr } else { $null })
        domain = $domain
        pending_reboot = $pending
        setup = Get-RdpValueTable HKLM\SYSTEM\Setup SystemSetupInProgress, OOBEInProgress
        powershell = [string]$PSVersionTable.PSVersion
        powershell_edition = [string]$PSVersionTable.PSEdition
        booted_at = Get-RdpTime ([DateTime]::UtcNow.AddMilliseconds(-[long]$native::GetTickCount64()))
        rdpops = Get-RdpTraceFact $IncludeName
    }
    $text = Get-RdpValueMap @{ $windows = 'ProductName EditionID InstallationType DisplayVersion'; "$control\ProductOptions" = 'ProductType' }
    foreach ($name in $text.Keys) {
        # ProductName is product_name; invariant, because Turkish has another small i.
        $facts[($name -creplace '(?<=[a-z])(?=[A-Z])', '_').ToLowerInvariant()] = Limit-RdpText $text[$name].value 64
    }
    $facts
}

# The listeners by name, with some values of each.
Function Get-RdpStation {
    param ([string] $Like, [string[]] $Value)
    $found = Get-RdpName "$ts\WinStations" -Below
    $facts = $found.names -like $Like | Select-Object -First 51 | ForEach-Object {
        @{ name = [string]$_ } + (Get-RdpValueTable "$ts\WinStations\$_" $Value)
    } | Limit-RdpList win_stations 50
    $facts.truncated = $facts.truncated -or $found.kind -eq 'denied'
    $facts
}

Function Get-RdpListenerFact {
    $values = @{}
    $named = & $listenerValue
    foreach ($path in $named.Keys) {
        $marked = $named[$path].Split(' ')
        $read = Get-RdpValueTable $path ($marked -replace '\*')
        $byPolicy = Get-RdpValueTable $policy ($marked -like '*[*]' -replace '\*')
        foreach ($name in $read.Keys) {
            $values[$name] = @{ local = $read[$name]; policy = $byPolicy[$name] }
            if ($path -eq $policy) { $values[$name] = @{ local = $null; policy = $read[$name] } }
        }
    }
    @{ values = $values } + (Get-RdpStation '*' fEnableWinStation, PortNumber, LoadableProtocol_Object)
}

Function Get-RdpServiceFact {
    $facts = @{}
    foreach ($name in $serviceName) { $facts[$name] = Get-RdpService $name }
    $facts
}

# The rules of all hives that may concern the listener: by their name, group, service or port; else inbound TCP of svchost,
# in a range of ports or on none. Rules of app packages name neither port nor program, and session hosts have thousands of them.
Function Get-RdpFirewallRule {
    $port = Get-RdpValue "$ts\WinStations\RDP-Tcp" PortNumber
    if ($port.value -isnot [long]) { $port.value = 3389 }
    $named = "\|(EmbedCtxt=@FirewallAPI\.dll,-28752|Svc=termservice|LPort=$($port.value))\|"
    $foreign = '\|((AppPkgId|LUOwn|PFN)=|Protocol=(?!6\|)|App=(?![^|]*\\svchost\.exe\|)|Svc=(?!\*\|))'
    # Made once: there may be very many rules.
    $concerns = New-Object -TypeName System.Text.RegularExpressions.Regex -ArgumentList (
        "$named|^(?=.*\|Dir=In\|)(?!.*$foreign)((?!.*\|LPort=)|(?=.*\|LPort2_))"), 'IgnoreCase, CultureInvariant, Singleline, Compiled'
    $facts = @{ rules = @(); truncated = $false; hives = @{} }
    $room = $ruleText
    $watch = [Diagnostics.Stopwatch]::StartNew()
    # Those of an administrator first: they are few and decide.
    foreach ($place in "policy $firewallPolicy", "mdm $firewall\Mdm", "local $firewall") {
        $hive, $root = $place.Split(' ')
        $facts.hives[$hive] = ''
        try {
            $key = Open-RdpKey "$root\FirewallRules"
            if ($null -eq $key) { continue }
            $names = @($key.GetValueNames())
            $facts.truncated = $facts.truncated -or $names.Count -gt $ruleScanLimit
            foreach ($name in $names | Select-Object -First $ruleScanLimit) {
                if ($watch.ElapsedMilliseconds -gt $ruleScanMs) {
                    $facts.truncated = $true
                    break
                }
                $text = [string]$key.GetValue($name)
                if ($name -notlike 'RemoteDesktop-*' -and -not $concerns.IsMatch($text)) { continue }
                $cost = $text.Length + $name.Length
                if ($facts.rules.Count -ge $ruleLimit -or $cost -gt $room -or $text.Length -gt 8192 -or $name.Length -gt 512) {
                    $facts.truncated = $true
                    continue
                }
                $room -= $cost
                $facts.rules += @{ id = [string]$name; hive = $hive; text = $text }
            }
            $key.Dispose()
        }
        catch {
            # There may be rules that nobody saw.
            $facts.hives[$hive] = Get-RdpFailure $_.Exception
            $facts.truncated = $true
        }
    }
    $facts
}

Function Get-RdpFirewallFact {
    # Bits; none where Windows does not say, also when the getter fails: that reads as nothing, without an error.
    try { $active = [int](New-Object -ComObject HNetCfg.FwPolicy2).CurrentProfileTypes } catch { $active = 0 }
    $facts = @{ profiles = @{}; active_profiles = $null } + (Get-RdpFirewallRule)
    $switches = 'EnableFirewall', 'DefaultInboundAction', 'DoNotAllowExceptions'
    # The local hive knows the private profile by its older name.
    foreach ($row in '1 domain Domain Domain', '2 private Standard Private', '4 public Public Public') {
        $bit, $name, $localKey, $policyKey = $row.Split(' ')
        $facts.profiles[$name] = @{
            local = Get-RdpValueTable "$firewall\${localKey}Profile" $switches
            policy = Get-RdpValueTable "$firewallPolicy\${policyKey}Profile" ($switches + 'AllowLocalPolicyMerge')
        }
        if ($active -band $bit) { $facts.active_profiles += @($name) }
    }
    $facts
}

Function Get-RdpPortFact {
    $facts = @{ term_service_pid = $null }
    foreach ($family in 'ipv4 2', 'ipv6 23') {
        $name, $number = $family.Split(' ')
        # Lowest first: what falls off are ports that programs were given for the moment.
        $facts[$name] = Get-RdpAnswer -Limit 500 -Ask {
            $native::Listeners($number) | Sort-Object -Property { $_[1] } | ForEach-Object {
                @{ address = [string]$_[0]; port = [int]$_[1]; pid = [long]$_[2] }
            }
        }
    }
    foreach ($id in (Get-RdpAnswer { $native::Service('TermService')[1] }).items -ne 0) { $facts.term_service_pid = [long]$id }
    $facts
}

Function Get-RdpSessionFact {
    param ([bool] $IncludeName)
    $native::Sessions() | ForEach-Object {
        $session = @{ id = [long]$_[0]; state = 'unknown'; station = [string]$_[2]; user = $null; domain = $null }
        if ($_[1] -in 0..9) { $session.state = $sessionState[$_[1]] }
        if ($IncludeName) { $session.user, $session.domain = [string]$_[3], [string]$_[4] }
        $session
    } | Limit-RdpList sessions 500
}

Export-ModuleMember -Function Get-Rdp*
