# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: the subsets licensing, time, azure and avd.
#AnsibleRequires -PowerShell ..module_utils._RdpListener
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:services = 'HKLM\SYSTEM\CurrentControlSet\Services'
$script:agent = 'HKLM\SOFTWARE\Microsoft\RDInfraAgent'
$script:traceLimit = 5000  # names; each run leaves one until it is pruned
$script:azureTag = '7783-7084-3265-9085-8269-3286-77'  # asset tag of every Azure virtual machine

Function Get-RdpLicensingFact {
    $licence = "$services\TermService\Parameters\LicenseServers"
    $facts = @{
        mode = @{ local = Get-RdpValue "$ts\RCM\Licensing Core" LicensingMode; policy = Get-RdpValue $policy LicensingMode }
        servers = @{ local = Get-RdpValue $licence SpecifiedLicenseServers; policy = Get-RdpValue $policy LicenseServers }
        role = Get-RdpValueTable $ts TSAppCompat, TSEnabled
        grace_period = Test-RdpName "$ts\RCM\GracePeriod" 'L$RTMTIMEBOMB_*'
        certificates = @{}
    }
    foreach ($name in 'Certificate', 'X509 Certificate', 'X509 Certificate ID', 'X509 Certificate2') {
        $facts.certificates[$name] = Test-RdpName "$ts\RCM" $name
    }
    $facts
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
    $facts = @{
        guest_agent = Get-RdpService WindowsAzureGuestAgent
        rd_agent = Get-RdpService RdAgent
        vm_id = Test-RdpName 'HKLM\SOFTWARE\Microsoft\Windows Azure' VmId
        asset_tag = $null
        asset_kind = ''
        hardware = Get-RdpValueTable "$control\SystemInformation" SystemManufacturer, SystemProductName
    }
    try {
        $bios = Get-RdpRaw "$services\mssmbios\Data" SMBiosData
        # Serial numbers stand beside it: nothing but this answer leaves the host.
        if ($bios -is [byte[]]) { $facts.asset_tag = [bool][Text.Encoding]::ASCII.GetString($bios).Contains($azureTag) }
    }
    catch { $facts.asset_kind = Get-RdpFailure $_.Exception }
    $facts
}

# Nothing where no agent of Azure Virtual Desktop ever was.
Function Get-RdpAvdFact {
    $loader = Get-RdpService RDAgentBootLoader
    if ($loader.exists -eq $false -and (Get-RdpName $agent).kind -eq 'absent') { return }
    $token = Get-RdpValue $agent RegistrationToken
    $facts = @{
        boot_loader = $loader
        IsRegistered = Get-RdpValue $agent IsRegistered
        registration_token = [string]$token.kind
        broker_hosts = @{}
        listeners = (Get-RdpStation 'rdp-sxs*' fEnableWinStation, fReverseConnectMode).win_stations
        SessionDirectoryListener = Get-RdpValue "$ts\ClusterSettings" SessionDirectoryListener
    }
    if ($token.kind -notin 'absent', 'denied') { $facts.registration_token = ('empty', 'present')[[bool]$token.value] }
    foreach ($name in 'BrokerResourceIdURI', 'BrokerResourceIdURIGlobal') {
        $address = $null
        $known = [Uri]::TryCreate([string](Get-RdpValue $agent $name).value, 'Absolute', [ref]$address)
        $facts.broker_hosts[$name] = $(if ($known) { Limit-RdpText $address.Host } else { $null })
    }
    $facts
}

# The newest in a folder of ours; none where it is not there. Everybody may make one in its place: what a stranger made is not looked into.
Function Get-RdpTrace {
    param ([string] $Path, [string] $Like, [int] $Most)
    try {
        $owner = ([Security.AccessControl.RawSecurityDescriptor]$native::Sddl($Path)).Owner.Value
        # As for the journal: who asks may have made it.
        if ($owner -notin 'S-1-5-18', 'S-1-5-32-544', [Security.Principal.WindowsIdentity]::GetCurrent().User.Value) {
            throw [System.ComponentModel.Win32Exception]1307
        }
        # Their names begin with their time.
        ([IO.DirectoryInfo]$Path).EnumerateFileSystemInfos($Like) | Select-Object -First $traceLimit |
            Sort-Object -Property Name -Descending | Select-Object -First $Most
    }
    catch {
        if ((Get-RdpFailure $_.Exception) -ne 'not_found') { throw }
    }
}

# What runs of this collection left here: journals without their last line, and marks of break-glass.
# Null where nothing could be looked at; where there is a kind, there may be more.
Function Get-RdpTraceFact {
    param ([bool] $IncludeName)
    $root = [IO.Path]::Combine([Environment]::GetFolderPath('CommonApplicationData'), 'rdpops.health')
    $facts = @{ open_journals = $null; break_glass = $null; kind = '' }
    try {
        $null = Get-RdpTrace $root * 1
        $open = foreach ($folder in Get-RdpTrace "$root\journal" * 200) {
            try { if (-not (Test-RdpJournalEnd "$($folder.FullName)\journal.jsonl")) { Limit-RdpText $folder.Name 64 } }
            catch { $facts.kind = Get-RdpFailure $_.Exception }
        }
        $facts.open_journals = @($open | Select-Object -First 20)
        $facts.break_glass = @(foreach ($file in Get-RdpTrace "$root\break_glass" *.json 20) {
                try { Get-RdpMark $file $IncludeName } catch { $facts.kind = Get-RdpFailure $_.Exception }
            })
    }
    catch { $facts.kind = Get-RdpFailure $_.Exception }
    $facts
}

Function Get-RdpMark {
    param ([IO.FileInfo] $File, [bool] $IncludeName)
    if ($File.Length -gt 16KB) { throw [System.ComponentModel.Win32Exception]234 }
    $mark = ConvertFrom-Json -InputObject ([IO.File]::ReadAllText($File.FullName))
    $ends = $mark.expires_at  # PowerShell 7 reads times as such
    if ($ends -is [DateTime]) { $ends = Get-RdpTime $ends }
    $fact = @{ journal = Limit-RdpText $mark.journal 64; owner = $null; reason = $null; expires_at = Limit-RdpText $ends 40 }
    if ($IncludeName) { $fact.owner, $fact.reason = (Limit-RdpText $mark.owner 500), (Limit-RdpText $mark.reason 500) }
    $fact
}

Function Test-RdpJournalEnd {
    param ([string] $Path)
    try { $stream = New-Object -TypeName System.IO.FileStream -ArgumentList $Path, Open, Read, ReadWrite }
    catch {
        # It was begun, and nothing was done.
        if ((Get-RdpFailure $_.Exception) -ne 'not_found') { throw }
        return $true
    }
    try {
        $null = $stream.Seek(-[Math]::Min($stream.Length, 512), 'End')
        $text = (New-Object -TypeName System.IO.StreamReader -ArgumentList $stream).ReadToEnd()
        [bool](-not $text -or ($text.EndsWith("`n") -and $text.TrimEnd("`n").Split("`n")[-1] -like '*"line":"closed"*'))
    }
    finally { $stream.Dispose() }
}

Export-ModuleMember -Function Get-Rdp*
