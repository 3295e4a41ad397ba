# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Loads the list of what win_rdp_ops may touch (first argument), and prints it as JSON together with what it says of each operation in
# the JSON file that the second argument names.
$ErrorActionPreference = 'Stop'
$path, $asked = $args
$module = New-Module -ScriptBlock ([ScriptBlock]::Create([IO.File]::ReadAllText($path))) | Import-Module -PassThru
$told = & $module { @{ values = $values; places = $places; fields = @{} + $kinds } }
$answers = foreach ($line in [IO.File]::ReadAllLines($asked)) {
    $given = ConvertFrom-Json -InputObject $line
    (Read-RdpOperation @(, $given)).why
}
ConvertTo-Json -Depth 6 -Compress -InputObject @{
    values = $told.values
    places = $told.places
    kinds = @($told.fields.Keys)
    folders = @('CommonApplicationData', 'LocalApplicationData', 'MyDocuments' | ForEach-Object { [Environment]::GetFolderPath($_) })
    answers = @($answers)
}
