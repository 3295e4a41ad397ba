# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Private to rdpops.health: what was there before each change, on the disk before it is made, and the marks of break-glass.
#AnsibleRequires -CSharpUtil ..module_utils._RdpEffects
#AnsibleRequires -PowerShell ..module_utils._RdpAllow
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Null where nothing is compiled: validate-modules loads the scripts alone.
$script:effects = 'ansible_collections.rdpops.health.plugins.module_utils._RdpEffects.Rdp' -as [type]
$script:root = [IO.Path]::Combine([Environment]::GetFolderPath('CommonApplicationData'), 'rdpops.health')
$script:folder = [IO.Path]::Combine($root, 'journal')
$script:marks = [IO.Path]::Combine($root, 'break_glass')
$script:schema = 'rdpops.health/journal/1'
$script:list = 'D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)'
$script:lockSeconds = 30  # a run whose connection was lost may still be at work
$script:byteLimit = 32MB
$script:lock = $null
$script:id = '[0-9TZa-f-]{1,40}'

# One sentence: our own as it is, what Windows says with its number.
Function Get-RdpFault {
    param ([System.Management.Automation.ErrorRecord] $Fault)
    if ($Fault.TargetObject -is [string] -and $Fault.TargetObject -eq $Fault.Exception.Message) { return [string]$Fault.TargetObject }
    $inner = $Fault.Exception.GetBaseException()
    $code = $inner.HResult
    if ($inner -is [System.ComponentModel.Win32Exception]) { $code = 0x80070000 -bor ($inner.NativeErrorCode -band 0xFFFF) }
    $text = '0x{0:X8}: {1}' -f $code, $inner.Message
    $text.Substring(0, [Math]::Min($text.Length, 512))
}

Function ConvertTo-RdpSddl {
    param ([byte[]] $Descriptor, [string] $Part)
    [string](New-Object -TypeName System.Security.AccessControl.RawSecurityDescriptor -ArgumentList $Descriptor, 0).GetSddlForm($Part)
}

Function ConvertFrom-RdpSddl {
    param ([string] $Sddl)
    $parsed = New-Object -TypeName System.Security.AccessControl.RawSecurityDescriptor -ArgumentList $Sddl
    $bytes = New-Object -TypeName byte[] -ArgumentList $parsed.BinaryLength
    $parsed.GetBinaryForm($bytes, 0)
    , $bytes
}

# Access: 0x20000 to read who owns it and who may do what, 0x40000 to write who may, 0x80000 to write who owns it.
Function Use-RdpHandle {
    param ([string] $Path, [uint32] $Access, [scriptblock] $With)
    $handle = $effects::Open($Path, $Access)
    try {
        & $With $handle
    }
    finally {
        $handle.Dispose()
    }
}

# Everybody may make folders where this one is: what somebody else made would be that person's word against the host.
Function New-RdpFolder {
    param ([string] $Path)
    if (-not [IO.Directory]::Exists($Path)) {
        $null = [IO.Directory]::CreateDirectory($Path)
        try {
            Use-RdpHandle $Path 0xC0000 { param ($handle) $effects::Secure($handle, 5, (ConvertFrom-RdpSddl "O:BA$list")) }
        }
        catch {
            # Not everyone may give something to the administrators; then it stays the maker's.
            Use-RdpHandle $Path 0x40000 { param ($handle) $effects::Secure($handle, 4, (ConvertFrom-RdpSddl $list)) }
        }
        if ([IO.Directory]::EnumerateFileSystemEntries($Path).GetEnumerator().MoveNext()) { throw "$Path was not empty when it was made; see who did that." }
    }
    Confirm-RdpOwner $Path
}

Function Confirm-RdpOwner {
    param ([string] $Path)
    if ([IO.File]::GetAttributes($Path) -band [IO.FileAttributes]::ReparsePoint) { throw "$Path leads elsewhere; remove it." }
    $owner = (ConvertTo-RdpSddl (Use-RdpHandle $Path 0x20000 { param ($handle) , $effects::Security($handle, 1) }) Owner).Substring(2)
    $sid = (New-Object -TypeName System.Security.Principal.SecurityIdentifier -ArgumentList $owner).Value
    if ($sid -notin 'S-1-5-18', 'S-1-5-32-544', [Security.Principal.WindowsIdentity]::GetCurrent().User.Value) {
        throw "$Path belongs to $sid, neither to the system nor to administrators; see what it is and remove it."
    }
}

# One run at a time on a host. Nothing is made in a folder that does not exist: then nobody else is at work.
Function Lock-RdpJournal {
    param ([switch] $Make)
    if ($lock -or -not ($Make -or [IO.Directory]::Exists($folder))) { return }
    New-RdpFolder $root
    New-RdpFolder $folder
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while ($true) {
        try {
            $script:lock = New-Object -TypeName System.IO.FileStream -ArgumentList ([IO.Path]::Combine($folder, 'lock')), OpenOrCreate, ReadWrite, None
            return
        }
        catch {
            if ($_.Exception.GetBaseException().HResult -ne 0x80070020 -or $watch.Elapsed.TotalSeconds -ge $lockSeconds) {
                throw "Another run is at work on this host, or the journal cannot be locked: $(Get-RdpFault $_)"
            }
        }
        Start-Sleep -Milliseconds 250
    }
}

Function Unlock-RdpJournal {
    if ($lock) {
        $lock.Dispose()
        $script:lock = $null
    }
}

Function Get-RdpNow {
    ConvertTo-RdpPlain ([DateTime]::UtcNow)
}

Function Write-RdpStream {
    param ([object] $Stream, [byte[]] $Bytes)
    $Stream.Write($Bytes, 0, $Bytes.Length)
    $Stream.Flush($true)
}

# On the disk when it returns; where it throws, nothing of it is there.
Function Write-RdpLine {
    param ([string] $Path, [hashtable] $Line, [string] $Mode, [long] $Keep = -1)
    $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $Line -Depth 12 -Compress) + "`n")
    $stream = New-Object -TypeName System.IO.FileStream -ArgumentList $Path, $Mode, Write, Read, 4096, ([IO.FileOptions]::WriteThrough)
    try {
        if ($Keep -ge 0) {
            $stream.SetLength($Keep)
        }
        $began = $stream.Seek(0, 'End')
        try {
            Write-RdpStream $stream $bytes
        }
        catch {
            # The disk may be full within a line.
            $stream.SetLength($began)
            throw
        }
    }
    finally {
        $stream.Dispose()
    }
}

Function New-RdpJournal {
    param ([hashtable] $Header)
    $free = $null -ne $lock
    Lock-RdpJournal -Make
    # While the folder was not there another run may have made it, and a journal.
    if (-not $free -and @(Get-RdpJournal).Count) { throw 'Another run began meanwhile; run again.' }
    $path = [IO.Path]::Combine($folder, $Header.id)
    if ([IO.Directory]::Exists($path)) { throw "There is a journal $($Header.id) already." }
    New-RdpFolder $path
    $line = @{ line = 'header'; schema = $schema; created_at = Get-RdpNow } + $Header
    $journal = @{ path = $path; file = [IO.Path]::Combine($path, 'journal.jsonl'); keep = [long]-1; state = 'open'; entries = @{}; undoing = $false } + $Header
    Write-RdpLine $journal.file $line CreateNew
    if ($Header.break_glass) {
        New-RdpFolder $marks
        Write-RdpLine ([IO.Path]::Combine($marks, "$($Header.id).json")) (@{ journal = $Header.id } + $Header.break_glass) CreateNew
    }
    $journal
}

Function Add-RdpLine {
    param ([hashtable] $Journal, [hashtable] $Line)
    Write-RdpLine $Journal.file $Line Open $Journal.keep
    $Journal.keep = [long]-1
    Set-RdpEntry $Journal $Line
}

# What a line says of its journal; throws where it says nothing that a journal can say.
Function Set-RdpEntry {
    param ([hashtable] $Journal, [hashtable] $Line)
    if ($Line.line -in 'intent', 'done', 'undone' -and -not ($Journal.operations | Where-Object { $_.id -eq $Line.op })) {
        throw 'A line is about an operation that the header does not have.'
    }
    switch -CaseSensitive ([string]$Line.line) {
        intent {
            # The first holds: a run that finishes this may find half of what was there.
            if (-not $Journal.entries[$Line.op]) {
                $Journal.entries[$Line.op] = @{ before = [hashtable]$Line.before; saved = [hashtable]$Line.saved; status = ''; after = $null; undone = '' }
            }
        }
        done {
            if ($Journal.entries[$Line.op]) {
                $Journal.entries[$Line.op].status = [string]$Line.status
                $Journal.entries[$Line.op].after = [hashtable]$Line.after
            }
        }
        undone {
            $Journal.entries[$Line.op].undone = [string]$Line.status
            $Journal.undoing = $true
        }
        closed {
            $Journal.state = [string]$Line.state
            $Journal.closed_at = [string]$Line['at']
            $Journal.settled = [bool]$Line['settled']
        }
        reopened {
            $Journal.state = 'open'
            $Journal.undoing = $true
        }
        default { throw 'A line is of a kind that does not exist.' }
    }
}

# One journal as it stands: open, finished, taken_back, partly_taken_back, damaged, unreadable (held or denied, and that may pass), or empty where
# a run ended before it began.
Function Read-RdpJournal {
    param ([string] $Id)
    $path = [IO.Path]::Combine($folder, $Id)
    $journal = @{
        id = $Id; path = $path; file = [IO.Path]::Combine($path, 'journal.jsonl'); keep = [long]0; state = 'empty'; why = ''; entries = @{}; undoing = $false
        closed_at = ''; settled = $false; created_at = ''; plan_digest = ''; run_id = ''; operations = @(); break_glass = $null
    }
    $bytes = New-Object -TypeName byte[] -ArgumentList 0
    try {
        # By the list of its folder: asked for by its path, a file that is denied looks absent.
        $files = @([IO.Directory]::EnumerateFiles($path) | ForEach-Object { [IO.Path]::GetFileName($_) })
        $large = $files -contains 'journal.jsonl' -and (New-Object -TypeName System.IO.FileInfo -ArgumentList $journal.file).Length -gt $byteLimit
        if ($files -contains 'journal.jsonl' -and -not $large) { $bytes = [IO.File]::ReadAllBytes($journal.file) }
    }
    catch {
        $journal.state = 'unreadable'
        $journal.why = Get-RdpFault $_
        return $journal
    }
    $number = 1
    try {
        if ($large) { throw 'It is larger than any journal.' }
        # What stands behind the last end of a line was being written when the run ended: nothing was done upon it.
        $journal.keep = [long]([Array]::LastIndexOf($bytes, [byte]10) + 1)
        if (-not $journal.keep) {
            if ($files -like '*.kept') { throw 'Files are kept in it, and its first line is not whole.' }
            return $journal
        }
        foreach ($text in [Text.Encoding]::UTF8.GetString($bytes, 0, $journal.keep - 1).Split("`n")) {
            $line = ConvertTo-RdpPlain (ConvertFrom-Json -InputObject $text)
            if ($number -gt 1) {
                Set-RdpEntry $journal $line
            }
            else {
                if ($line.line -cne 'header' -or $line.schema -cne $schema -or $line.id -cne $Id) {
                    throw 'It does not begin as a journal of its name begins.'
                }
                foreach ($name in 'created_at', 'plan_digest', 'run_id', 'break_glass') {
                    $journal[$name] = $line[$name]
                }
                $read = Read-RdpOperation $line.operations
                if ($read.why) { throw $read.why }
                $journal.operations = $read.operations
                $journal.state = 'open'
            }
            $number++
        }
    }
    catch {
        $journal.state = 'damaged'
        $journal.why = "line ${number}: $(Get-RdpFault $_)"
    }
    $journal
}

# Why nothing can be made of it, or an empty text.
Function Get-RdpJournalFault {
    param ([hashtable] $Journal)
    switch ($Journal.state) {
        damaged { "The journal $($Journal.path) is damaged ($($Journal.why)); see what it was about and move it away." }
        unreadable { "The journal $($Journal.path) cannot be read now ($($Journal.why)); see what holds or denies it, leave it there, and run again." }
    }
}

# All of them, oldest first. A folder of another name is somebody else's.
Function Get-RdpJournal {
    if ([IO.Directory]::Exists($folder)) {
        Confirm-RdpOwner $root
        Confirm-RdpOwner $folder
        [IO.Directory]::EnumerateDirectories($folder) | ForEach-Object { [IO.Path]::GetFileName($_) } | Where-Object { Test-RdpText $_ $id } | Sort-Object |
            ForEach-Object { Read-RdpJournal $_ }
    }
}

Function Close-RdpJournal {
    param ([hashtable] $Journal, [string] $State, [bool] $Settled)
    Add-RdpLine $Journal @{ line = 'closed'; state = $State; at = Get-RdpNow; settled = $Settled }
    if ($State -eq 'taken_back' -and [IO.Directory]::Exists($marks)) {
        [IO.File]::Delete([IO.Path]::Combine($marks, "$($Journal.id).json"))
    }
}

# A journal with the files that were moved or copied into it; a folder that holds anything else stays, and that is a failure.
Function Remove-RdpJournal {
    param ([hashtable] $Journal)
    @([IO.Directory]::EnumerateFiles($Journal.path, '*.kept')) + $Journal.file | ForEach-Object { [IO.File]::Delete($_) }
    [IO.Directory]::Delete($Journal.path)
}

Function Test-RdpExpired {
    param ([hashtable] $Journal)
    [bool]($Journal.break_glass -and [string]::CompareOrdinal([string]$Journal.break_glass.expires_at, (Get-RdpNow)) -le 0)
}

Export-ModuleMember -Function *-Rdp* -Variable effects, id
