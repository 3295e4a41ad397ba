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

# What Windows says, as its documentation has it.
class Scripted {
    static [int] $Fails = 0
    static [void] Ask() {
        if ([Scripted]::Fails) {
            throw [System.ComponentModel.Win32Exception]::new([Scripted]::Fails)
        }
    }
    static [object[]] Sessions() {
        [Scripted]::Ask()
        return @(@([long]0, 4, 'Services', '', ''), @([long]2, 0, 'rdp-tcp#3', 'ann', 'EXAMPLE'), @([long]65536, 6, 'rdp-tcp', '', ''), @([long]7, 77, '', '', ''))
    }
    static [object[]] Credentials() {
        [Scripted]::Ask()
        return , @('TERMSRV/ts01.example.com', 2, 3, [long]133000000000000000, 'EXAMPLE\ann')
    }
    static [string[]] Holders([string] $right) {
        if ($right -eq 'SeNetworkLogonRight') {
            throw [System.ComponentModel.Win32Exception]::new(5)
        }
        return @(1..60 | ForEach-Object { "S-1-5-21-1-2-3-$_" })
    }
    static [string[]] Members([string] $sid) {
        return @('S-1-5-21-1-2-3-500')
    }
    static [long[]] Account([string] $name) {
        if ($name -eq 'gone') {
            throw [System.ComponentModel.Win32Exception]::new(2221)
        }
        return @(0x10213, 86400, 1, 1800000000)
    }
    static [int[]] Service([string] $name) {
        if ($name -eq 'closed') {
            throw [System.ComponentModel.Win32Exception]::new(5)
        }
        return @(4, 4711)
    }
    static [object[]] Listeners([int] $family) {
        if ($family -eq 23) {
            throw [System.ComponentModel.Win32Exception]::new(50)
        }
        return @(@('0.0.0.0', 50000, [long]1), @('0.0.0.0', 3389, [long]4711))
    }
}

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
                if ($ComObject) {
                    return [PSCustomObject]@{ CurrentProfileTypes = $scripted }
                }
                Microsoft.PowerShell.Utility\New-Object -TypeName $TypeName
            }
            @{ active = (Get-RdpActiveProfile).names }
        } $types
    })

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
$told.running_service = (Get-RdpService TermService).state
$global:native = $real

$told.rules = & $modules._RdpListener {
    $texts = @(
        'v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|', 'v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort2_10=3000-4000|',
        'v2.31|Action=Block|Active=TRUE|Dir=In|', 'v2.31|Action=Allow|Active=TRUE|Dir=In|Svc=*|LPort=3389|', 'v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|',
        'v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=%SystemRoot%\system32\svchost.exe|Svc=termservice|LPort=3389|',
        'v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=33890|', 'v2.31|Action=Block|Active=TRUE|Dir=In|App=C:\x.exe|',
        'v2.31|Action=Block|Active=TRUE|Dir=Out|', 'v2.30|Action=Allow|Active=TRUE|Dir=In|Profile=Domain|Name=x|LUOwn=S-1-5-21-1|AppPkgId=S-1-15-2-1|',
        'v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=17|LPort=3389|', 'v2.31|Action=Block|Active=TRUE|Dir=In|Svc=other|'
    )
    @($texts | ForEach-Object { [bool](Test-RdpFirewallRule -Name rule -Text $_ -Port 3389) })
}
$told.query = & $modules._RdpEvents { Get-RdpEventQuery -Provider P -Id '21 23-25' -Hours 48 }
$answers = @{
    System = @((New-ScriptedEvent 36870 1 @('server', '0x8009030D', [uint32]10001)), (New-ScriptedEvent 36871 2 @(('x' * 400), [byte[]](1, 2))))
    Security = @(New-ScriptedEvent 4625 3 @('ann', 'EXAMPLE', '0xC000006D', [int]10, '192.0.2.7'))
}
$events = {
    param ($scripted, $names)
    Function Get-RdpChannel {
        param ($Channel)
        @{ exists = $scripted.ContainsKey($Channel) -or $Channel -eq 'Application'; Enabled = $null; oldest = $null; kind = '' }
    }
    Function Read-RdpEvent {
        param ($Channel, $Query, $Most)
        if ($Channel -eq 'Application') {
            throw (New-Object -TypeName System.UnauthorizedAccessException)
        }
        if ($Query -match 'Schannel' -or $Channel -eq 'Security') {
            $scripted[$Channel] | Select-Object -First $Most
        }
    }
    Get-RdpEventFact -Side host -Hours 48 -Newest 20 -IncludeName $names
    Get-RdpEventFact -Side host -Hours 48 -Newest 1 -IncludeName $names
}
$told.events, $told.fewer_events = & $modules._RdpEvents $events $answers $false
$told.named_events = (& $modules._RdpEvents $events $answers $true)[0]
$many = @{ System = @(1..150 | ForEach-Object { New-ScriptedEvent 36870 $_ (@('y' * 300) * 30) }) }
$told.many_events = (& $modules._RdpEvents $events $many $false)[0]
ConvertTo-Json -Depth 9 -Compress -InputObject $told
