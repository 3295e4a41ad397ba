# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: what an operation may be and touch. plugin_utils/_core/vocabulary.py has the same lists, and a contract test
# holds the two alike. Here the folders are once more narrowed to those of this host and user.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:control = 'HKLM\SYSTEM\CurrentControlSet\Control'
$script:ts = "$control\Terminal Server"
$script:values = @{
    $ts = 'fDenyTSConnections TSServerDrainMode'
    "$ts\WinStations" = 'SelfSignedCertStore'
    "$ts\WinStations\RDP-Tcp" = 'fAllowSecProtocolNegotiation fEnableWinStation fLogonDisabled fPromptForPassword LanAdapter LoadableProtocol_Object ' +
    'MaxInstanceCount MinEncryptionLevel PortNumber SecurityLayer SelectTransport SelfSignedCertificate SelfSignedCertStore UserAuthentication'
    'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters' = 'AllowEncryptionOracle'
    "$control\Lsa" = 'DisableRestrictedAdmin'
}
foreach ($version in '1.0', '1.1', '1.2') {
    $values["$control\SecurityProviders\SCHANNEL\Protocols\TLS $version\Server"] = 'DisabledByDefault Enabled'
}
$script:keyFolder = '[A-Za-z]:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys'
$script:keyFile = "$keyFolder\\[0-9a-f]{32}_[0-9A-Fa-f-]{36}"
$script:services = 'SessionEnv|TermService|UmRdpService'
$script:seconds = '([1-9]\d?|1[01]\d|120)'
$script:number = '([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])'
# Patterns of whole texts. Those of a target with two fields have a bar between them, which stands in no key.
$script:places = @{
    registry_value = [string[]]@(foreach ($key in $values.Keys) { '{0}\|({1})' -f [regex]::Escape($key), $values[$key].Replace(' ', '|') })
    registry_key = 'HKLM\\SOFTWARE\\Microsoft\\MSLicensing\\(HardwareID|Store)(\\[^\\]{1,100})?',
    'HKCU\\Software\\Microsoft\\Terminal Server Client\\(Default|Servers(\\[^\\]{1,255})?)'
    service = $services
    file_acl = $keyFolder, $keyFile
    key_acl = 'HKLM\\SOFTWARE\\Microsoft\\MSLicensing', [regex]::Escape("$ts\RCM")
    file_isolate = $keyFile
    file_remove = '[A-Za-z]:\\[^:*?]{1,200}\\Microsoft\\Terminal Server Client\\Cache\\[^\\:*?]{1,60}\.(bmc|bin)',
    '[A-Za-z]:\\[^:*?]{1,200}\\Documents\\Default\.rdp'
    certificate_binding = [regex]::Escape("$ts\WinStations\RDP-Tcp") + '\|SSLCertificateSHA1Hash'
    certificate_remove = 'remote_desktop\|[0-9A-F]{40}'
    firewall_rule = 'RemoteDesktop-Shadow-In-TCP|RemoteDesktop-UserMode-In-TCP|RemoteDesktop-UserMode-In-UDP'
    credential_remove = '(LegacyGeneric:target=)?TERMSRV/[^\\/*?\s]{1,255}\|[12]'
    session_logoff = $number
    wait_until = "service_state\|$seconds\|($services)", "listener_certificate\|$seconds", "port_listening\|$seconds\|$number"
}
$script:data = 'kind=absent;value=', 'kind=REG_DWORD;value=\d{1,10}', 'kind=REG_QWORD;value=\d{1,19}', 'kind=REG_(EXPAND_)?SZ;value=[^\0]{0,16384}',
'kind=REG_MULTI_SZ;value=[^\0]{0,16384}', 'kind=REG_BINARY;value=([A-Za-z0-9+/]{4}){0,4095}([A-Za-z0-9+/]{2}(==|[A-Za-z0-9+/]=))?'
$script:gone = 'present=False'
$script:list = 'sddl=D:[A-Z]{0,6}(\([A-Za-z0-9;-]{1,200}\)){1,32}'
$script:startMode = 'start=(automatic|manual|disabled)'
$script:runState = 'state=(running|stopped)'
# Kind -> the fields of its target (after a bar those that it may have), its goal as text, and the fields of what it assumes, the first of them always.
$script:kinds = @{
    registry_value = 'key value', $data, 'kind value'
    registry_key = 'key', $gone, 'present'
    service = 'service', @('restarted=True', "$startMode(;$runState)?", $runState), 'state start active_sessions'
    file_acl = 'path', $list, 'sddl'
    key_acl = 'key', $list, 'sddl'
    file_isolate = 'path', $gone, 'present size'
    file_remove = 'path', $gone, 'present size'
    certificate_binding = 'key value', @($data[0], 'kind=REG_BINARY;value=[A-Za-z0-9+/]{27}='), 'kind value'
    certificate_remove = 'store thumbprint', $gone, 'present'
    firewall_rule = 'rule', 'active=(True|False)', 'active'
    credential_remove = 'name type', $gone, 'present last_written'
    session_logoff = 'session', $gone, 'present state'
    wait_until = 'condition seconds|service port', @('state=running', 'valid=True', 'listening=True'), ''
}
$script:protocol = '{5828227c-20cf-4408-b73f-73ab70b8849f}'  # a class of another name would be loaded as the listener
$script:longestHours = 72  # of a break-glass, and five minutes for clocks that differ
$script:most = 64  # operations; a host that is wrong in every way needs thirty
$script:fields = 'ensure expect id kind restart reversible risk target'

# What comes from JSON by any engine as tables, lists, texts, whole numbers and truths. PowerShell 7 makes times of texts: they are texts again.
Function ConvertTo-RdpPlain {
    param ([AllowNull()] [object] $Value, [int] $Depth = 12)
    if ($null -eq $Value -or $Value -is [string] -or $Value -is [bool]) { return $Value }
    if ($Value -is [DateTime]) {
        return $Value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
    }
    if ($Value -is [int] -or $Value -is [long]) { return [long]$Value }
    if ($Depth) {
        $table = @{}
        if ($Value -is [Collections.IDictionary]) {
            foreach ($name in $Value.Keys) {
                $table[[string]$name] = ConvertTo-RdpPlain $Value[$name] ($Depth - 1)
            }
            return $table
        }
        if ($Value -is [Collections.IList]) {
            return , @(foreach ($entry in $Value) { , (ConvertTo-RdpPlain $entry ($Depth - 1)) })
        }
        if ($Value -is [Management.Automation.PSCustomObject]) {
            foreach ($property in $Value.PSObject.Properties) {
                $table[[string]$property.Name] = ConvertTo-RdpPlain $property.Value ($Depth - 1)
            }
            return $table
        }
    }
    throw 'A value is no text, whole number, truth, list or table, or lies too deep.'
}

Function Test-RdpText {
    param ([string] $Text, [string[]] $Pattern)
    $whole = '\A(?:' + ($Pattern -join '|') + ')\z'
    [regex]::IsMatch($Text, $whole, 'IgnoreCase, CultureInvariant') -and -not $Text.Contains("`0")
}

# A table of plain values as one text, which no pattern fits where it holds a table or a list that is none of texts.
Function Get-RdpStateText {
    param ([hashtable] $State)
    $parts = foreach ($name in $State.Keys | Sort-Object) {
        $value = $State[$name]
        $bad = $value -is [array] -and ($State['kind'] -ne 'REG_MULTI_SZ' -or ($value | Where-Object { -not $_ -or $_ -isnot [string] }))
        if ($bad -or $value -is [hashtable]) { return '?' }
        "$name=$($value -join "`n")"
    }
    $parts -join ';'
}

# Below a folder of this host: a plan's own word for it is not enough.
Function Test-RdpFolder {
    param ([string] $Path)
    $below = @{
        CommonApplicationData = 'Microsoft\Crypto\RSA\MachineKeys'
        LocalApplicationData = 'Microsoft\Terminal Server Client\Cache\'
        MyDocuments = 'Default.rdp'
    }
    [bool]($below.Keys | Where-Object {
            $root = [Environment]::GetFolderPath($_)
            $root -and $Path.StartsWith([IO.Path]::Combine($root, $below[$_]), [StringComparison]::OrdinalIgnoreCase)
        })
}

# Why an operation is none of the vocabulary, or an empty text.
Function Get-RdpRefusal {
    param ([hashtable] $Operation)
    if ((@($Operation.Keys | Sort-Object) -join ' ') -ne $fields) { return "an operation has the fields $fields, and no others." }
    if ($Operation.id -isnot [string] -or -not (Test-RdpText $Operation.id '[A-Z0-9_.-]{1,64}')) {
        return 'its id is none of 1 to 64 letters, digits, points, dashes and underscores.'
    }
    if ($Operation.kind -isnot [string] -or -not $kinds.ContainsKey($Operation.kind)) { return 'its kind does not exist.' }
    $target, $ensure, $expect = $Operation.target, $Operation.ensure, $Operation.expect
    if ($target -isnot [hashtable] -or $ensure -isnot [hashtable] -or $expect -isnot [hashtable]) {
        return 'target, ensure and expect are tables.'
    }
    $row = $kinds[$Operation.kind]
    $needed = @($row[0].Split('|')[0].Split(' '))
    $names = @($needed) + @($row[0].Split('|')[-1].Split(' ') | Where-Object { $target.ContainsKey($_) -and $_ -notin $needed })
    $given = @($names | ForEach-Object { $target[$_] })
    if ($target.Count -ne $names.Count -or ($given | Where-Object { $_ -isnot [string] -and $_ -isnot [long] })) {
        return "its target is none of $($Operation.kind)."
    }
    $place = $given -join '|'
    if ($place.Contains('..') -or -not (Test-RdpText $place $places[$Operation.kind]) -or ($target['path'] -and -not (Test-RdpFolder $target.path))) {
        return 'its target is not on the list of what this module may touch.'
    }
    if (-not (Test-RdpText (Get-RdpStateText $ensure) $row[1]) -or ($ensure['kind'] -eq 'REG_DWORD' -and [long]$ensure.value -gt 4294967295)) {
        return "its goal is none of $($Operation.kind)."
    }
    if ($target['value'] -eq 'LoadableProtocol_Object' -and ($ensure.kind -ne 'REG_SZ' -or $ensure.value -ne $protocol)) {
        return "LoadableProtocol_Object is $protocol and nothing else."
    }
    $known = $row[2].Split(' ')
    if (($expect.Keys | Where-Object { $_ -notin $known }) -or ($known[0] -and $null -eq $expect[$known[0]])) {
        return "what it assumes is none of $($Operation.kind)."
    }
    $undone = $Operation.kind -notin 'credential_remove', 'session_logoff' -and -not $ensure.ContainsKey('restarted')
    if ($Operation.reversible -isnot [bool] -or $Operation.reversible -ne $undone) { return "reversible has to be $undone." }
    if ($Operation.risk -eq 'may_cut_connection') { return 'it could end the connection by which it came.' }
    if ($Operation.risk -notin 'low', 'restarts_listener' -or $Operation.restart -notin 'none', 'session_env', 'term_service', 'reboot') {
        return 'its risk or its restart class does not exist.'
    }
    ''
}

# Why a break-glass is none, or an empty text.
Function Get-RdpMarkRefusal {
    param ([string] $Ends, [DateTime] $Now = [DateTime]::UtcNow)
    $end = [DateTime]::MinValue
    $fits = Test-RdpText $Ends '\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z'
    if (-not $fits -or -not [DateTime]::TryParse($Ends, [Globalization.CultureInfo]::InvariantCulture, 'AdjustToUniversal', [ref]$end)) {
        return 'break_glass: expires_at is a UTC time such as 2026-11-20T18:00:00Z.'
    }
    if ($end -gt $Now.AddHours($longestHours).AddMinutes(5)) { return "break_glass: expires_at is more than $longestHours hours away by this host's clock." }
    ''
}

# What an operation is about.
Function Get-RdpSubject {
    param ([hashtable] $Operation)
    [string](@($kinds[$Operation.kind][0] -split '[ |]' | ForEach-Object { $Operation.target[$_] } | Where-Object { $null -ne $_ }) -join '\')
}

# The operations as plain data, or the first bad one by its place, and why: {operations, refused, why}.
Function Read-RdpOperation {
    param ([object[]] $Given)
    $read = @{ operations = @(); refused = -1; why = '' }
    foreach ($one in $Given) {
        $read.refused++
        $name = "operation $($read.refused + 1)"
        try {
            $plain = ConvertTo-RdpPlain $one
            $read.why = Get-RdpRefusal $plain
            if (-not $read.why -and ($read.operations.Count -ge $most -or ($read.operations | Where-Object { $_.id -eq $plain.id }))) {
                $read.why = "its id is there twice, or there are more than $most operations."
            }
        }
        catch {
            $read.why = $_.Exception.Message
        }
        if ($read.why) {
            $read.why = "$name is refused: $($read.why)"
            return $read
        }
        $read.operations += $plain
    }
    $read
}

Export-ModuleMember -Function *-Rdp*
