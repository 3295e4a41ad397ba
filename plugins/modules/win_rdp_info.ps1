#!powershell

# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._RdpRegistry
#AnsibleRequires -PowerShell ..module_utils._RdpListener
#AnsibleRequires -PowerShell ..module_utils._RdpSecurity
#AnsibleRequires -OSVersion 10.0

# Commands and not their names in text, so that the lint of the commands used sees them.
$readers = @{
    os = { Get-RdpOsFact }
    listener = { Get-RdpListenerFact }
    services = { Get-RdpServiceFact }
    certificate = { Get-RdpCertificateFact }
    key_store = { Get-RdpKeyStoreFact }
    tls = { Get-RdpTlsFact }
    credssp = { Get-RdpCredsspFact }
    firewall = { Get-RdpFirewallFact }
}
# Named in the contract of the snapshot, read by a later version.
$later = 'logon', 'ports', 'sessions', 'licensing', 'time', 'events', 'azure', 'avd',
'client_cache', 'client_licensing', 'client_credentials', 'client_policy', 'client_events'

$spec = @{
    options = @{
        gather_subset = @{
            type = 'list'
            elements = 'str'
            default = @('all')
            choices = @('all', 'os', 'listener', 'services', 'certificate', 'key_store', 'tls', 'credssp', 'firewall')
        }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)
$asked = @($module.Params.gather_subset)
$whole = [Diagnostics.Stopwatch]::StartNew()

$subsets = @{}
foreach ($name in $later) {
    $subsets[$name] = @{ status = 'not_asked'; kind = 'not_built'; message = ''; ms = 0; data = $null }
}
foreach ($name in $readers.Keys) {
    $subset = @{ status = 'not_asked'; kind = 'not_asked'; message = ''; ms = 0; data = $null }
    if ($asked -contains 'all' -or $asked -contains $name) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        # One that fails is an answer of its own: the others are still wanted.
        try {
            $subset.data = & $readers[$name]
            $subset.status = 'ok'
            $subset.kind = ''
        }
        catch {
            $code = Get-RdpErrorCode -Exception $_.Exception
            $subset.kind = Get-RdpErrorKind -Code $code
            $subset.status = 'error'
            if ($subset.kind -eq 'access_denied') {
                $subset.status = 'denied'
            }
            $subset.message = '0x{0:X8}: {1}' -f $code, $_.Exception.GetBaseException().Message
        }
        $subset.ms = [int]$watch.ElapsedMilliseconds
    }
    $subsets[$name] = $subset
}

$module.Result.snapshot = @{
    schema = 'rdpops.health/snapshot/1'
    collected_at = [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
    reader = @{ version = '0.1.0'; ms = [int]$whole.ElapsedMilliseconds }
    subsets = $subsets
}
$module.ExitJson()
