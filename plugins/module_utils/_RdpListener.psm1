# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the subsets os, listener, services and firewall.
#AnsibleRequires -CSharpUtil ..module_utils._RdpNative
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:control = 'HKLM\SYSTEM\CurrentControlSet\Control'
$script:services = 'HKLM\SYSTEM\CurrentControlSet\Services'
$script:windows = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
$script:ts = "$script:control\Terminal Server"
$script:policy = 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
$script:stationLimit = 50  # a host has one to three
$script:ruleLimit = 200  # the built-in rules are five; more than this is a fault that the first ones show
$script:ruleScanLimit = 20000  # rules leaked per logon reach 100,000 on session hosts: bound the walk

# Key of the local values -> their names. A trailing * marks the names that a policy value exists for.
$script:listenerValue = @{
    $script:ts = 'fDenyTSConnections* TSServerDrainMode StartRCM RCDependentServices MaxOutstandingConnections'
    "$script:ts\WinStations\RDP-Tcp" = 'PortNumber SecurityLayer* UserAuthentication* MinEncryptionLevel* fAllowSecProtocolNegotiation ' +
    'fEnableWinStation fLogonDisabled MaxInstanceCount* LanAdapter SelectTransport* SelectNetworkDetect* LoadableProtocol_Object ' +
    'PdName PdName1 PdDLL PdDLL1 PdClass PdClass1 WdName WdPrefix WdFlag WebSocketListenerPort WebSocketTlsListenerPort fPromptForPassword*'
    "$script:windows\Winlogon" = 'WinStationsDisabled'
}
$script:policyOnly = 'KeepAliveEnable', 'KeepAliveInterval', 'KeepAliveTimeout', 'fDisableAutoReconnect', 'fEncryptRPCTraffic'

$script:serviceName = 'TermService', 'SessionEnv', 'UmRdpService', 'CertPropSvc', 'KeyIso', 'CryptSvc', 'LSM', 'RpcSs', 'gpsvc', 'MpsSvc'
$script:serviceState = @{
    1 = 'stopped'
    2 = 'start_pending'
    3 = 'stop_pending'
    4 = 'running'
    5 = 'continue_pending'
    6 = 'pause_pending'
    7 = 'paused'
}

Function Get-RdpOsFact {
    <#
    .SYNOPSIS
    Reads what Windows this is and whether it waits for a restart.
    #>
    [CmdletBinding()]
    param ()
    $names = 'ProductName', 'EditionID', 'InstallationType', 'CurrentBuildNumber', 'UBR', 'DisplayVersion'
    $version = Get-RdpValueTable -Path $script:windows -Name $names
    $ubr = $null
    if ($version.UBR.kind -eq 'REG_DWORD') {
        $ubr = [long]$version.UBR.value
    }
    $rename = Get-RdpValue -Path "$script:control\Session Manager" -Name PendingFileRenameOperations
    $join = [ansible_collections.rdpops.health.plugins.module_utils._RdpNative.RdpJoin]::Read()
    # Stopwatch ticks count from the start of the system, and unlike TickCount they do not wrap after 49 days.
    $up = [Diagnostics.Stopwatch]::GetTimestamp() / [Diagnostics.Stopwatch]::Frequency
    @{
        computer_name = [string][Environment]::MachineName
        product_name = [string]$version.ProductName.value
        edition_id = [string]$version.EditionID.value
        installation_type = [string]$version.InstallationType.value
        product_type = [string](Get-RdpValue -Path "$script:control\ProductOptions" -Name ProductType).value
        build = [int]::Parse([string]$version.CurrentBuildNumber.value)
        ubr = $ubr
        display_version = [string]$version.DisplayVersion.value
        domain = @{ joined = [bool]($join.Status -eq 3); name = [string]$join.Name }
        pending_reboot = @{
            component_based_servicing = Test-RdpKey -Path 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending'
            windows_update = Test-RdpKey -Path 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired'
            pending_file_rename = [bool]($rename.kind -eq 'REG_MULTI_SZ' -and @($rename.value).Count -gt 0)
        }
        setup = Get-RdpValueTable -Path 'HKLM\SYSTEM\Setup' -Name SystemSetupInProgress, OOBEInProgress
        powershell = [string]$PSVersionTable.PSVersion
        powershell_edition = [string]$PSVersionTable.PSEdition
        booted_at = [DateTime]::UtcNow.AddSeconds(-$up).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
    }
}

Function Get-RdpListenerFact {
    <#
    .SYNOPSIS
    Reads every setting of the listener, local and policy side by side, and all window stations.
    #>
    [CmdletBinding()]
    param ()
    $values = @{}
    foreach ($path in $script:listenerValue.Keys) {
        $marked = $script:listenerValue[$path].Split(' ')
        $local = Get-RdpValueTable -Path $path -Name ($marked -replace '\*')
        foreach ($entry in $marked) {
            $name = $entry -replace '\*'
            $values[$name] = @{ local = $local[$name]; policy = $null }
            if ($name -ne $entry) {
                $values[$name].policy = Get-RdpValue -Path $script:policy -Name $name
            }
        }
    }
    $byPolicy = Get-RdpValueTable -Path $script:policy -Name $script:policyOnly
    foreach ($name in $script:policyOnly) {
        $values[$name] = @{ local = $null; policy = $byPolicy[$name] }
    }

    $names = @()
    $key = Open-RdpKey -Path "$script:ts\WinStations"
    if ($null -ne $key) {
        try {
            $names = $key.GetSubKeyNames()
        }
        finally {
            $key.Dispose()
        }
    }
    $stations = New-Object -TypeName System.Collections.Generic.List[object]
    foreach ($name in $names | Select-Object -First $script:stationLimit) {
        $station = Get-RdpValueTable -Path "$script:ts\WinStations\$name" -Name fEnableWinStation, PortNumber, LoadableProtocol_Object
        $station.name = [string]$name
        $stations.Add($station)
    }
    @{ values = $values; win_stations = $stations.ToArray(); truncated = [bool]($names.Count -gt $script:stationLimit) }
}

Function Get-RdpServiceState {
    <#
    .SYNOPSIS
    Returns the state of one service: nothing where there is no such service, unknown where the manager does not say.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)] [string] $Name
    )
    $service = New-Object -TypeName System.ServiceProcess.ServiceController -ArgumentList $Name
    try {
        # The getter as a method: read as a property, one that throws is an empty value.
        $state = $script:serviceState[[int]$service.get_Status()]
        if ($state) {
            return $state
        }
    }
    catch {
        if ((Get-RdpErrorKind -Code (Get-RdpErrorCode -Exception $_.Exception)) -eq 'not_found') {
            return
        }
    }
    finally {
        $service.Dispose()
    }
    'unknown'
}

Function Get-RdpServiceFact {
    <#
    .SYNOPSIS
    Reads start mode, account, program and state of the services that Remote Desktop needs.
    #>
    [CmdletBinding()]
    param ()
    if (-not ('System.ServiceProcess.ServiceController' -as [type])) {
        Add-Type -AssemblyName System.ServiceProcess
    }
    $facts = @{}
    foreach ($name in $script:serviceName) {
        $fact = Get-RdpValueTable -Path "$script:services\$name" -Name Start, ObjectName, ImagePath
        $fact.ServiceDll = Get-RdpValue -Path "$script:services\$name\Parameters" -Name ServiceDll
        $fact.state = Get-RdpServiceState -Name $name
        # The manager's word and not the key's: a key may be left over, or written by hand and never loaded.
        $fact.exists = [bool]$fact.state
        $facts[$name] = $fact
    }
    $facts
}

Function Get-RdpFirewallRule {
    <#
    .SYNOPSIS
    Reads the rules of one hive that concern Remote Desktop.
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)] [string] $Path,
        [Parameter(Mandatory = $true)] [string] $Hive,
        [Parameter(Mandatory = $true)] [long] $Port,
        [Parameter(Mandatory = $true)] [int] $Limit
    )
    $rules = New-Object -TypeName System.Collections.Generic.List[object]
    $key = Open-RdpKey -Path $Path
    if ($null -eq $key) {
        return @{ rules = @(); truncated = $false }
    }
    try {
        $names = $key.GetValueNames()
        $truncated = $names.Count -gt $script:ruleScanLimit
        foreach ($name in $names | Select-Object -First $script:ruleScanLimit) {
            $text = [string]$key.GetValue($name)
            if ($name -notlike 'RemoteDesktop-*' -and
                $text -notmatch "\|(EmbedCtxt=@FirewallAPI\.dll,-28752|Svc=termservice|LPort=$Port)(\||`$)") {
                continue
            }
            if ($rules.Count -ge $Limit) {
                $truncated = $true
                break
            }
            $rules.Add(@{ id = [string]$name; hive = $Hive; text = $text })
        }
    }
    finally {
        $key.Dispose()
    }
    @{ rules = $rules.ToArray(); truncated = [bool]$truncated }
}

Function Get-RdpActiveProfile {
    <#
    .SYNOPSIS
    Returns the names of the firewall profiles in force in a hashtable; its list is null where Windows does not say.
    #>
    [CmdletBinding()]
    param ()
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
    $names = New-Object -TypeName System.Collections.Generic.List[string]
    foreach ($bit in 1, 2, 4) {
        if ($types -band $bit) {
            $names.Add(@{ 1 = 'domain'; 2 = 'private'; 4 = 'public' }[$bit])
        }
    }
    @{ names = $names.ToArray() }
}

Function Get-RdpFirewallFact {
    <#
    .SYNOPSIS
    Reads rules, profile switches and active profiles of the firewall.
    #>
    [CmdletBinding()]
    param ()
    $localRoot = "$script:services\SharedAccess\Parameters\FirewallPolicy"
    $policyRoot = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall'
    $port = 3389
    $own = Get-RdpValue -Path "$script:ts\WinStations\RDP-Tcp" -Name PortNumber
    if ($own.kind -eq 'REG_DWORD') {
        $port = $own.value
    }
    # Policy first: its rules are few and decide.
    $policy = Get-RdpFirewallRule -Path "$policyRoot\FirewallRules" -Hive policy -Port $port -Limit $script:ruleLimit
    $left = $script:ruleLimit - $policy.rules.Count
    $local = Get-RdpFirewallRule -Path "$localRoot\FirewallRules" -Hive local -Port $port -Limit $left
    $switches = 'EnableFirewall', 'DefaultInboundAction', 'DoNotAllowExceptions'
    $profiles = @{}
    # The local hive knows the private profile by its older name.
    foreach ($row in 'domain Domain Domain', 'private Standard Private', 'public Public Public') {
        $name, $localKey, $policyKey = $row.Split(' ')
        $profiles[$name] = @{
            local = Get-RdpValueTable -Path "$localRoot\${localKey}Profile" -Name $switches
            policy = Get-RdpValueTable -Path "$policyRoot\${policyKey}Profile" -Name ($switches + 'AllowLocalPolicyMerge')
        }
    }
    @{
        rules = @($policy.rules) + @($local.rules)
        truncated = [bool]($local.truncated -or $policy.truncated)
        profiles = $profiles
        active_profiles = (Get-RdpActiveProfile).names
    }
}

Export-ModuleMember -Function Get-RdpOsFact, Get-RdpListenerFact, Get-RdpServiceFact, Get-RdpFirewallFact
