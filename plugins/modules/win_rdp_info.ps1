#!powershell

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
#AnsibleRequires -PowerShell ..module_utils._RdpListener
#AnsibleRequires -PowerShell ..module_utils._RdpSecurity
#AnsibleRequires -PowerShell ..module_utils._RdpRoles
#AnsibleRequires -PowerShell ..module_utils._RdpEvents
#AnsibleRequires -PowerShell ..module_utils._RdpClient
#AnsibleRequires -OSVersion 10.0

$spec = @{
    options = @{
        gather_subset = @{ type = 'list'; elements = 'str'; default = @('host') }
        account = @{ type = 'str' }
        events_hours = @{ type = 'int'; default = 48 }
        events_newest = @{ type = 'int'; default = 20 }
        include_names = @{ type = 'bool'; default = $false }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)
$names = $module.Params.include_names
$window = @{ Hours = $module.Params.events_hours; Newest = $module.Params.events_newest; IncludeName = $names }
# The most important first: where there is no room left, the last are left out.
# Commands and not their names in text, so that the lint of the commands used sees them.
$readers = [ordered]@{
    os = { Get-RdpOsFact $names }
    listener = { Get-RdpListenerFact }
    services = { Get-RdpServiceFact }
    certificate = { Get-RdpCertificateFact }
    key_store = { Get-RdpKeyStoreFact }
    tls = { Get-RdpTlsFact }
    credssp = { Get-RdpCredsspFact }
    logon = { Get-RdpLogonFact $module.Params.account }
    firewall = { Get-RdpFirewallFact }
    ports = { Get-RdpPortFact }
    sessions = { Get-RdpSessionFact $names }
    licensing = { Get-RdpLicensingFact }
    time = { Get-RdpTimeFact }
    events = { Get-RdpEventFact -Side host @window }
    azure = { Get-RdpAzureFact }
    avd = { Get-RdpAvdFact }
    client_cache = { Get-RdpCacheFact }
    client_licensing = { Get-RdpClientLicensingFact }
    client_credentials = { Get-RdpCredentialFact $names }
    client_policy = { Get-RdpClientPolicyFact }
    client_events = { Get-RdpEventFact -Side client @window }
}

foreach ($range in 'events_hours 8760', 'events_newest 200') {
    $option, $most = $range.Split(' ')
    if ($module.Params[$option] -lt 1 -or $module.Params[$option] -gt [int]$most) {
        $module.FailJson("$option is $($module.Params[$option]), expected 1 to $most.")
    }
}
$groups = @{ all = @($readers.Keys); client = @($readers.Keys -like 'client_*'); host = @($readers.Keys -notlike 'client_*') }
$asked = @{}
$given = @($module.Params.gather_subset)
# What is left out is left out of what the other words name, or of the usual where there is no other word.
if (-not ($given -notlike '!*')) { $given = @('host') + $given }
foreach ($word in @($given -notlike '!*') + @($given -like '!*')) {
    $name = $word -replace '^!'
    $members = @($groups[$name])
    if ($readers.Contains($name)) { $members = @($name) }
    if (-not $members[0]) {
        $module.FailJson("gather_subset names $word, expected all, host, client or $($readers.Keys -join ', '), or one of these after a !.")
    }
    foreach ($member in $members) { $asked[$member] = $word -notlike '!*' }
}

$whole = [Diagnostics.Stopwatch]::StartNew()
$room = 240KB
$subsets = @{}
foreach ($name in $readers.Keys) {
    $subset = @{ status = 'not_asked'; kind = 'not_asked'; message = ''; ms = 0; data = $null }
    if ($asked[$name]) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        # One that fails is an answer of its own: the others are still wanted.
        try {
            $data = & $readers[$name]
            $subset.status, $subset.kind = 'not_applicable', 'not_installed'
            if ($null -ne $data) {
                $size = [Text.Encoding]::UTF8.GetByteCount([Ansible.Basic.AnsibleModule]::ToJson($data))
                if ($size -gt $room) { throw (New-Object -TypeName System.ComponentModel.Win32Exception -ArgumentList 234) }
                $room -= $size
                $subset.status, $subset.kind, $subset.data = 'ok', '', $data
            }
        }
        catch {
            $code = Get-RdpErrorCode $_.Exception
            $subset.kind = Get-RdpErrorKind $code
            $subset.status = ('error', 'denied')[$subset.kind -eq 'access_denied']
            $subset.message = '0x{0:X8}: {1}' -f $code, (Limit-RdpText $_.Exception.GetBaseException().Message 1024)
        }
        $subset.ms = [int]$watch.ElapsedMilliseconds
    }
    $subsets[$name] = $subset
}

$module.Result.snapshot = @{
    schema = 'rdpops.health/snapshot/1'
    collected_at = Get-RdpTime ([DateTime]::UtcNow)
    reader = @{ version = '0.1.0'; ms = [int]$whole.ElapsedMilliseconds }
    subsets = $subsets
}
$module.ExitJson()
