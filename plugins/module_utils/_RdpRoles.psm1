# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the subsets licensing, time, azure and avd.
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:control = 'HKLM\SYSTEM\CurrentControlSet\Control'
$script:services = 'HKLM\SYSTEM\CurrentControlSet\Services'
$script:ts = "$control\Terminal Server"
$script:policy = 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
$script:agent = 'HKLM\SOFTWARE\Microsoft\RDInfraAgent'
$script:azureTag = '7783-7084-3265-9085-8269-3286-77'  # asset tag of every Azure virtual machine

# Whether named values exist, without a look at their bytes: true, false, or null where the key is closed.
Function Test-RdpValue {
    param ([string] $Path, [string] $Like)
    $found = Get-RdpName $Path
    if ($found.kind -eq 'denied') {
        return
    }
    [bool](@($found.names) -like $Like)
}

Function Get-RdpLicensingFact {
    $byPolicy = Get-RdpValueTable $policy LicensingMode, LicenseServers
    $certificates = @{}
    foreach ($name in 'Certificate', 'X509 Certificate', 'X509 Certificate ID', 'X509 Certificate2') {
        $certificates[$name] = Test-RdpValue "$ts\RCM" $name
    }
    @{
        mode = @{ local = Get-RdpValue "$ts\RCM\Licensing Core" LicensingMode; policy = $byPolicy.LicensingMode }
        servers = @{
            local = Get-RdpValue "$services\TermService\Parameters\LicenseServers" SpecifiedLicenseServers
            policy = $byPolicy.LicenseServers
        }
        role = Get-RdpValueTable $ts TSAppCompat, TSEnabled
        grace_period = Test-RdpValue "$ts\RCM\GracePeriod" 'L$RTMTIMEBOMB_*'
        certificates = $certificates
    }
}

Function Get-RdpTimeFact {
    @{
        values = Get-RdpValueMap @{
            "$services\W32Time\Parameters" = 'Type NtpServer'
            "$services\W32Time\Config" = 'LastKnownGoodTime'
            "$services\W32Time\TimeProviders\VMICTimeProvider" = 'Enabled'
            "$control\TimeZoneInformation" = 'ActiveTimeBias TimeZoneKeyName'
        }
        policy = Get-RdpValueTable HKLM\SOFTWARE\Policies\Microsoft\W32Time\Parameters Type, NtpServer
        service = Get-RdpService W32Time
        now = Get-RdpTime ([DateTime]::UtcNow)
        utc_offset_minutes = [int][TimeZoneInfo]::Local.GetUtcOffset([DateTime]::UtcNow).TotalMinutes
    }
}

Function Get-RdpAzureFact {
    $tag = $null
    $bios = Get-RdpValue "$services\mssmbios\Data" SMBiosData
    if ($bios.kind -eq 'REG_BINARY') {
        # Serial numbers stand beside it: nothing but this answer leaves the host.
        $tag = [bool][Text.Encoding]::ASCII.GetString([Convert]::FromBase64String($bios.value)).Contains($azureTag)
    }
    @{
        guest_agent = Get-RdpService WindowsAzureGuestAgent
        rd_agent = Get-RdpService RdAgent
        vm_id = Test-RdpValue 'HKLM\SOFTWARE\Microsoft\Windows Azure' VmId
        asset_tag = $tag
        hardware = Get-RdpValueTable "$control\SystemInformation" SystemManufacturer, SystemProductName
    }
}

# Nothing where no agent of Azure Virtual Desktop ever was.
Function Get-RdpAvdFact {
    $loader = Get-RdpService RDAgentBootLoader
    if (-not $loader.exists -and (Get-RdpName $agent).kind -eq 'absent') {
        return
    }
    $token = Get-RdpValue $agent RegistrationToken
    $state = $token.kind
    if ($state -notin 'absent', 'denied') {
        $state = 'empty'
        if ($token.value) {
            $state = 'present'
        }
    }
    $brokers = @{}
    foreach ($name in 'BrokerResourceIdURI', 'BrokerResourceIdURIGlobal') {
        $address = $null
        $brokers[$name] = $null
        if ([Uri]::TryCreate([string](Get-RdpValue $agent $name).value, 'Absolute', [ref]$address)) {
            $brokers[$name] = Limit-RdpText $address.Host
        }
    }
    $stations = foreach ($name in (Get-RdpName "$ts\WinStations" -Below).names -like 'rdp-sxs*' | Select-Object -First 50) {
        $station = Get-RdpValueTable "$ts\WinStations\$name" fEnableWinStation, fReverseConnectMode
        $station.name = [string]$name
        $station
    }
    @{
        boot_loader = $loader
        IsRegistered = Get-RdpValue $agent IsRegistered
        registration_token = $state
        broker_hosts = $brokers
        listeners = @($stations)
        SessionDirectoryListener = Get-RdpValue "$ts\ClusterSettings" SessionDirectoryListener
    }
}

Export-ModuleMember -Function Get-Rdp*
