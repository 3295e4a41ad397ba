# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Loads the native part and the script modules of win_rdp_info (the arguments: the C# file, then the modules, the one that
# the others use first), makes them meet answers that no host on this machine gives, and prints what they make of them.
$ErrorActionPreference = 'Stop'
$source, $paths = $args
# The compiler of the tests warns where the one of Ansible is told not to.
Add-Type -IgnoreWarnings -WarningAction SilentlyContinue -TypeDefinition ([IO.File]::ReadAllText($source))
$modules = @{}
foreach ($path in $paths) {
    $name = [IO.Path]::GetFileNameWithoutExtension($path)
    $text = [IO.File]::ReadAllText($path)
    $modules[$name] = New-Module -Name $name -ScriptBlock ([ScriptBlock]::Create($text)) | Import-Module -PassThru -Scope Global
}

# What Windows says, as its documentation has it, in the types that the native part has: see "signatures" below.
Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.ComponentModel;

public static class Scripted
{
    public static int Fails;
    public static string Owner;

    static void Ask(int code)
    {
        if (code != 0)
            throw new Win32Exception(code);
    }

    public static ulong GetTickCount64() { return 3600000; }

    public static List<object[]> Sessions()
    {
        Ask(Fails);
        return new List<object[]> {
            new object[] { 0L, 4, "Services", "", "" }, new object[] { 2L, 0, "rdp-tcp#3", "ann", "EXAMPLE" },
            new object[] { 65536L, 6, "rdp-tcp", "", "" }, new object[] { 7L, 77, "", "", "" },
        };
    }

    public static List<object[]> Credentials()
    {
        Ask(Fails);
        return new List<object[]> { new object[] { "TERMSRV/ts01.example.com", 2, 3, 133000000000000000L, "EXAMPLE\\ann" } };
    }

    public static List<string> Holders(string right)
    {
        Ask(right == "SeNetworkLogonRight" ? 5 : 0);
        List<string> sids = new List<string>();
        for (int i = 1; i <= 60; i++)
            sids.Add("S-1-5-21-1-2-3-" + i);
        return sids;
    }

    public static string Sddl(string path)
    {
        Ask(Owner == null ? 5 : 0);
        return Owner;
    }

    public static object[] Join()
    {
        Ask(Fails);
        return new object[] { "EXAMPLE", 3 };
    }

    public static List<string> Members(string sid) { return new List<string> { "S-1-5-21-1-2-3-500" }; }

    public static long[] Account(string name)
    {
        Ask(name == "gone" ? 2221 : 0);
        return new long[] { 0x10213, 86400, 1, 1800000000 };
    }

    public static int[] Service(string name)
    {
        Ask(name == "closed" ? 5 : 0);
        return new int[] { 4, 4711 };
    }

    public static List<object[]> Listeners(int family)
    {
        Ask(family == 23 ? 50 : 0);
        return new List<object[]> { new object[] { "0.0.0.0", 50000, 1L }, new object[] { "0.0.0.0", 3389, 4711L } };
    }
}
'@

Function New-ScriptedEvent {
    param ($Id, $Minutes, $Values)
    [PSCustomObject]@{
        ProviderName = 'Any'
        Id = $Id
        Level = [byte]2
        TimeCreated = ([DateTime]'2026-11-20T08:00:00Z').ToUniversalTime().AddMinutes($Minutes)
        Properties = @($Values | ForEach-Object { [PSCustomObject]@{ Value = $_ } })
    }
}

$told = @{ kinds = @{} }
foreach ($code in -2147024891, -2146233078, -2147024894, -2147024893, -2147023836, -2147023584, -2147024662, -2146233079) {
    $told.kinds[[string]$code] = Get-RdpErrorKind -Code $code
}
$told.code = Get-RdpErrorCode -Exception (New-Object -TypeName System.InvalidOperationException -ArgumentList 'outer',
    (New-Object -TypeName System.ComponentModel.Win32Exception -ArgumentList 1060))
$told.closed, $told.closed_names, $told.broken = & $modules._RdpRegistry {
    Function Open-RdpKey {
        param ($Path)
        if ($Path -like '*Broken') {
            throw (New-Object -TypeName System.InvalidOperationException)
        }
        throw (New-Object -TypeName System.UnauthorizedAccessException)
    }
    Get-RdpValue -Path HKLM\SOFTWARE\Closed -Name Any
    Get-RdpName -Path HKLM\SOFTWARE\Closed
    try {
        Get-RdpValue -Path HKLM\SOFTWARE\Broken -Name Any
    }
    catch {
        'thrown'
    }
}
$told.profiles = @(foreach ($types in 0, 4, 3) {
        & $modules._RdpListener {
            param ($scripted)
            Function New-Object {
                param ($TypeName, $ComObject)
                [PSCustomObject]@{ CurrentProfileTypes = $scripted }
            }
            Function Get-RdpFirewallRule { @{ rules = @(); truncated = $false } }
            Function Get-RdpValueTable { @{} }
            @{ active = (Get-RdpFirewallFact).active_profiles }
        } $types
    })
$signatures = { param ($type) @($type.GetMethods('Public, Static') | ForEach-Object { $_.ToString() }) }
$named = & $modules._RdpRegistry { $native }
$told.other_signatures = @(& $signatures ([Scripted]) | Where-Object { $_ -notin (& $signatures ([Type]$named)) })

$real = $global:native
$global:native = [Scripted]
$told.sessions = Get-RdpSessionFact $false
$told.named_sessions = Get-RdpSessionFact $true
$told.credentials = Get-RdpCredentialFact $false
$told.named_credentials = Get-RdpCredentialFact $true
[Scripted]::Fails = 1312
try {
    $null = Get-RdpCredentialFact $false
}
catch {
    $told.no_logon = Get-RdpFailure $_.Exception
}
$told.logon = Get-RdpLogonFact someone
$told.gone = (Get-RdpLogonFact gone).account
$told.ports = Get-RdpPortFact
$told.closed_service = (Get-RdpService closed).state
$told.closed_exists = Get-RdpService closed
$told.closed_key, $told.unnamed_key = & $modules._RdpSecurity {
    $fact = @{}
    Add-RdpSddl $fact C:\closed
    $fact
    (Get-RdpKeyFile C:\windows any @{ kind = 'denied'; value = $null })[0]
}
# A folder that is none cannot be listed, which is not the same as one that is not there.
$told.unlisted_key, $told.unlisted_foreign = & $modules._RdpSecurity { Get-RdpKeyFile C:\windows\system32\kernel32.dll any @{ kind = 'REG_SZ'; value = 'guid' } }
$told.gone_key = (& $modules._RdpSecurity { Get-RdpKeyFile C:\nowhere any @{ kind = 'REG_SZ'; value = 'guid' } })[0]
$told.unnamed_foreign = (& $modules._RdpSecurity { Get-RdpKeyFile C:\windows any @{ kind = 'absent'; value = $null } })[1]
$told.stores = @(foreach ($fault in 'System.UnauthorizedAccessException', 'System.Security.Cryptography.CryptographicException', 'System.IO.FileNotFoundException') {
        & $modules._RdpSecurity {
            param ($fault)
            $made = [PSCustomObject]@{ Fault = Microsoft.PowerShell.Utility\New-Object -TypeName $fault }
            Function New-Object { $made }
            $made | Add-Member -MemberType ScriptMethod -Name Open -Value { throw $this.Fault }
            $made | Add-Member -MemberType ScriptMethod -Name Close -Value {}
            Get-RdpStore My @()
        } $fault
    })
$told.traces = @{}
foreach ($owner in 'O:S-1-5-21-1-2-3-1001', 'O:BA', 'O:SY') {
    [Scripted]::Owner = $owner
    $told.traces["owner $owner"] = & $modules._RdpRoles {
        try { [string]@(Get-RdpTrace C:\windows * 1).Count } catch { Get-RdpFailure $_.Exception }
    }
}
[Scripted]::Owner = [NullString]::Value
$told.traces.gone = & $modules._RdpRoles {
    Function Get-RdpTrace { throw (New-Object -TypeName System.IO.DirectoryNotFoundException) }
    Get-RdpTraceFact $false
}
$told.traces.closed = & $modules._RdpRoles { Get-RdpTraceFact $false }
$told.traces.some = & $modules._RdpRoles {
    Function Get-RdpTrace {
        param ($Path)
        if ($Path -like '*journal') { 'closed', 'open', 'ended' | ForEach-Object { [PSCustomObject]@{ Name = $_; FullName = $_ } } }
        if ($Path -like '*break_glass') { [PSCustomObject]@{ Name = 'a' }, [PSCustomObject]@{ Name = 'b' } }
    }
    Function Test-RdpJournalEnd {
        param ($Path)
        if ($Path -like 'closed*') { throw (New-Object -TypeName System.UnauthorizedAccessException) }
        $Path -like 'ended*'
    }
    Function Get-RdpMark {
        param ($File)
        if ($File.Name -eq 'a') { throw 'broken' }
        @{ journal = 'b'; owner = $null; reason = $null; expires_at = '' }
    }
    Get-RdpTraceFact $false
}
$told.marks = & $modules._RdpRoles {
    $path = [IO.Path]::GetTempFileName()
    [IO.File]::WriteAllText($path, '{"journal": "j", "owner": "ann", "reason": "old", "expires_at": "2026-11-20T18:00:00Z"}')
    (Get-RdpMark $path $false), (Get-RdpMark $path $true)
    [IO.File]::Delete($path)
}
$told.key_files = @('TSSecKeySet1', 'TSSecKeySet5', 'WMSvc Certificate Key Container' | ForEach-Object { $real::KeyFile($_) })
$told.running_service = (Get-RdpService TermService).state
$global:native = $real

Function New-ScriptedKey {
    param ($Values)
    $key = [PSCustomObject]@{ Values = $Values }
    $key | Add-Member -MemberType ScriptMethod -Name GetValueNames -Value { [string[]]@($this.Values.Keys) }
    $key | Add-Member -MemberType ScriptMethod -Name GetSubKeyNames -Value { [string[]]@() }
    $key | Add-Member -MemberType ScriptMethod -Name GetValue -Value { $this.Values[$args[0]] }
    $key | Add-Member -MemberType ScriptMethod -Name GetValueKind -Value { $(if ($this.Values[$args[0]] -is [string]) { 'String' } else { 'DWord' }) }
    $key | Add-Member -MemberType ScriptMethod -Name Dispose -Value {}
    $key
}
$firewall = {
    param ($keys)
    Function Get-RdpValue { @{ kind = 'REG_DWORD'; value = 3389 } }
    Function Open-RdpKey {
        param ($Path)
        foreach ($part in $keys.Keys) {
            if ($Path -match $part) {
                if (-not $keys[$part]) {
                    throw (New-Object -TypeName System.UnauthorizedAccessException)
                }
                return New-ScriptedKey $keys[$part]
            }
        }
    }
    Get-RdpFirewallRule
}
$v = 'v2.31|Action=Allow|Active=TRUE|'
$local = [ordered]@{
    port = "${v}Dir=In|Protocol=6|LPort=3389|"; range = "${v}Dir=In|Protocol=6|LPort2_10=3000-4000|"; 'any port' = "${v}Dir=In|"
    'every service' = "${v}Dir=In|Svc=*|LPort=3389|"; tcp = "${v}Dir=In|Protocol=6|"
    own = "${v}Dir=In|Protocol=6|App=%SystemRoot%\system32\svchost.exe|Svc=termservice|LPort=3389|"
    'other port' = "${v}Dir=In|Protocol=6|LPort=33890|"; 'other program' = "${v}Dir=In|App=C:\x.exe|"; out = "${v}Dir=Out|"
    package = "${v}Dir=In|Profile=Domain|Name=x|LUOwn=S-1-5-21-1|AppPkgId=S-1-15-2-1|"; udp = "${v}Dir=In|Protocol=17|LPort=3389|"
    'other service' = "${v}Dir=In|Svc=other|"; 'port and range' = "${v}Dir=In|Protocol=6|LPort=80|LPort2_10=3000-4000|"
    'other protocol' = "${v}Dir=In|Protocol=1|"
}
$told.rules = & $modules._RdpListener $firewall @{ 'Policy\\FirewallRules' = $local; Mdm = @{ managed = "${v}Dir=In|" }; Policies = @{ group = "${v}Dir=In|" } }
$long = @{}
1..150 | ForEach-Object { $long["rule$_"] = "${v}Dir=In|LPort=3389|Name=" + 'x' * 600 }
$told.closed_rules = & $modules._RdpListener $firewall @{ 'Policy\\FirewallRules' = $local; Mdm = $null }
$told.slow_rules = & $modules._RdpListener {
    param ($names)
    Function Get-RdpValue { @{ kind = 'REG_DWORD'; value = 'AQI=' } }
    Function Open-RdpKey {
        $key = New-ScriptedKey @{}
        $key | Add-Member -Force -MemberType ScriptMethod -Name GetValueNames -Value { [string[]](1..2000) }
        $key | Add-Member -Force -MemberType ScriptMethod -Name GetValue -Value {
            Start-Sleep -Milliseconds 5
            '|Dir=Out|'
        }
        $key
    }
    $walk = [Diagnostics.Stopwatch]::StartNew()
    $found = Get-RdpFirewallRule
    @{ truncated = $found.truncated; ms = [int]$walk.ElapsedMilliseconds; hives = $found.hives }
}
$told.long_rules = & $modules._RdpListener $firewall @{ 'Policy\\FirewallRules' = $long }

$told.query = & $modules._RdpEvents { Get-RdpEventQuery -Provider P -Id '21 23-25 7' -Hours 48 }
$told.crash_query = & $modules._RdpEvents { Get-RdpEventQuery -Provider P -Id 1000 -Hours 1 -Said 'a.exe_b c.exe' }
# A reader of events: gives those of its channel that the query asks for, then stops, or fails where it is told to.
$events = {
    param ($scripted, $names, $newest, $budget)
    $script:budgetMs = $budget
    $asked = @{ opened = @(); batches = @(); queries = @() }
    Function Get-RdpName {
        param ($Path)
        @{ names = @(); kind = ('absent', '')[[bool]($Path -match '\\(System|Security|Application|Operational)$' -and $Path -notmatch 'NTLM')] }
    }
    Function Get-RdpValue { $null }
    Function New-RdpEventReader {
        param ($Channel, $Query, $Newest)
        $asked.opened += $Channel
        $asked.queries += $Query
        if ($Channel -eq 'Application' -and -not $scripted.ContainsKey($Channel)) {
            throw (New-Object -TypeName System.UnauthorizedAccessException)
        }
        $waiting = New-Object -TypeName System.Collections.Queue
        if ($scripted[$Channel] -and $Query -match "'(Schannel|Microsoft-Windows-Security-Auditing)'" -and $Query -notmatch 'EventID=4740') {
            $scripted[$Channel] | ForEach-Object { $waiting.Enqueue($_) }
        }
        $reader = [PSCustomObject]@{ Waiting = $waiting; Asked = $asked; BatchSize = 0 }
        $reader | Add-Member -MemberType ScriptMethod -Name Dispose -Value { $this.Asked.batches += $this.BatchSize }
        $reader | Add-Member -MemberType ScriptMethod -Name ReadEvent -Value {
            if (-not $this.Waiting.Count) {
                return $null
            }
            $record = $this.Waiting.Dequeue()
            if ($record -is [string]) {
                throw $record
            }
            $record
        }
        $reader
    }
    @{ facts = Get-RdpEventFact -Side host -Hours 48 -Newest $newest -IncludeName $names; asked = $asked }
    $script:budgetMs = 1000
}
$security = New-ScriptedEvent 4625 3 @('ann', 'EXAMPLE', [uint32]3221225581, [int]10, '4711', '192.0.2.7')
$answers = @{
    System = @((New-ScriptedEvent 36870 1 @('server', '0x8009030D', [uint32]10001)), (New-ScriptedEvent 36871 2 @(('x' * 400), [byte[]](1, 2))))
    Security = @($security)
}
$all = & $modules._RdpEvents $events $answers $false 20 1000
$told.events, $told.asked = $all.facts, $all.asked
$told.fewer_events = (& $modules._RdpEvents $events $answers $false 1 1000).facts
$told.named_events = (& $modules._RdpEvents $events $answers $true 20 1000).facts
$failing = @{ System = @($answers.System[0], 'broken'); Security = @($security, 'broken') }
$all = & $modules._RdpEvents $events $failing $false 20 600000
$told.failed_events, $told.failed_asked = $all.facts, $all.asked
$told.late_events = (& $modules._RdpEvents $events $failing $false 20 -1).facts
$many = @{ System = @(1..150 | ForEach-Object { New-ScriptedEvent 36870 $_ (@('y' * 300) * 30) }) }
$all = & $modules._RdpEvents $events $many $false 150 600000
$told.many_events, $told.many_asked = $all.facts, $all.asked
$told.crashes_asked = @((& $modules._RdpEvents $events @{ Application = @() } $false 20 600000).asked.queries -like "*'Application Error'*")

# Every reader that asks the registry alone, where all of it is closed and where all of it is empty.
$asked = { @{
        listener = Get-RdpListenerFact; licensing = Get-RdpLicensingFact; time = Get-RdpTimeFact; tls = Get-RdpTlsFact; credssp = Get-RdpCredsspFact
        client_licensing = Get-RdpClientLicensingFact; client_policy = Get-RdpClientPolicyFact; azure = Get-RdpAzureFact; os = Get-RdpOsFact $false
    } }
# All but the number of the build: without it nobody knows what Windows that is.
$version = { New-ScriptedKey @{ CurrentBuildNumber = '20348'; UBR = [byte[]](1, 2) } }
$global:native = [Scripted]
$told.all_denied = & $modules._RdpRegistry {
    param ($asked, $version)
    Function Open-RdpKey {
        param ($Path)
        if ($Path -like '*Windows NT\CurrentVersion') {
            return & $version
        }
        throw (New-Object -TypeName System.UnauthorizedAccessException)
    }
    & $asked
} $asked $version
[Scripted]::Fails = 0
$told.all_empty = & $modules._RdpRegistry {
    param ($asked, $version)
    Function Open-RdpKey {
        param ($Path)
        if ($Path -like '*Windows NT\CurrentVersion') {
            return & $version
        }
    }
    & $asked
} $asked $version
$told.long_renames = & $modules._RdpRegistry {
    Function Open-RdpKey {
        param ($Path)
        if ($Path -like '*Session Manager') {
            return New-ScriptedKey @{ PendingFileRenameOperations = [string[]]@('\??\C:\a', ('x' * 40000)) }
        }
    }
    , (Get-RdpRaw 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager' PendingFileRenameOperations).Count
}
$global:native = $real

# What a command that says nothing leaves behind is {} in the JSON of Windows PowerShell, and null in that of later ones.
Function Find-Nothing {
    param ($Value, $Place)
    if ($Value -is [hashtable]) {
        foreach ($name in @($Value.Keys)) {
            if ($null -eq $Value[$name] -and -not @($Value[$name] | ForEach-Object { 1 }).Count) {
                "$Place.$name"
            }
            Find-Nothing $Value[$name] "$Place.$name"
        }
    }
    elseif ($Value -is [array]) {
        $Value | ForEach-Object { Find-Nothing $_ $Place }
    }
}
$told.nothing = @(Find-Nothing $told '')
$told.noticed = @(Find-Nothing @{ a = $null; b = . {} } '')
ConvertTo-Json -Depth 12 -Compress -InputObject $told
