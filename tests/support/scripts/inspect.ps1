# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Prints as JSON what the engine's own parser finds in each script named: faults, commands with their parameters, .NET types,
# also those that stand in a string, methods that are called, and every syntax that Windows PowerShell 5.1 does not know.
$ErrorActionPreference = 'Stop'
$newer = 'TernaryExpressionAst', 'PipelineChainAst'
$newerTokens = 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'QuestionMark', 'AndAnd', 'OrOr'

# What New-Object makes: "?" where that is not said in so many words, so that no list allows it.
Function Get-Made {
    param ($Node)
    $elements = @($Node.CommandElements)
    for ($place = 1; $place -lt $elements.Count; $place++) {
        $given = $elements[$place]
        $com = ''
        if ($given -is [Management.Automation.Language.CommandParameterAst]) {
            if ($given.ParameterName -notmatch '^(T|C)') {
                $place++
                continue
            }
            if ($given.ParameterName -like 'C*') {
                $com = 'com:'
            }
            if (-not $given.Argument) {
                $place++
            }
            $given = ($elements[$place], $given.Argument)[[bool]$given.Argument]
        }
        if ($given -is [Management.Automation.Language.StringConstantExpressionAst]) {
            return $com + $given.Value
        }
        return '?'
    }
    '?'
}

$report = foreach ($path in $args) {
    $tokens = $null
    $faults = $null
    $ast = [Management.Automation.Language.Parser]::ParseFile($path, [ref]$tokens, [ref]$faults)
    $nodes = $ast.FindAll({ $true }, $true)
    $commands = foreach ($node in $nodes) {
        if ($node -isnot [Management.Automation.Language.CommandAst] -or -not $node.GetCommandName()) {
            continue
        }
        $given = foreach ($element in $node.CommandElements) {
            if ($element -is [Management.Automation.Language.CommandParameterAst]) {
                $element.ParameterName
            }
        }
        @{ name = $node.GetCommandName(); parameters = @($given); line = $node.Extent.StartLineNumber }
    }
    $types = foreach ($node in $nodes) {
        if ($node -is [Management.Automation.Language.TypeExpressionAst] -or $node -is [Management.Automation.Language.TypeConstraintAst]) {
            $node.TypeName.FullName
        }
        if ($node -is [Management.Automation.Language.CommandAst] -and $node.GetCommandName() -eq 'New-Object') {
            Get-Made $node
        }
        $from = $null
        if ($node -is [Management.Automation.Language.BinaryExpressionAst] -and [string]$node.Operator -eq 'As' -and
            $node.Right.Extent.Text -in '[type]', '[System.Type]') {
            $from = $node.Left
        }
        if ($node -is [Management.Automation.Language.ConvertExpressionAst] -and $node.Type.TypeName.FullName -in 'type', 'System.Type') {
            $from = $node.Child
        }
        if ($from) {
            if ($from -is [Management.Automation.Language.StringConstantExpressionAst]) {
                $from.Value
            }
            else {
                '?'
            }
        }
    }
    $members = foreach ($node in $nodes) {
        if ($node -is [Management.Automation.Language.InvokeMemberExpressionAst]) {
            $name = '?'
            if ($node.Member -is [Management.Automation.Language.StringConstantExpressionAst]) {
                $name = $node.Member.Value
            }
            @{ name = $name; static = [bool]$node.Static; line = $node.Extent.StartLineNumber }
        }
    }
    $strings = foreach ($node in $nodes) {
        if ($node -is [Management.Automation.Language.StringConstantExpressionAst]) {
            $node.Value
        }
    }
    @{
        path = $path
        faults = @($faults | ForEach-Object { '{0}: {1}' -f $_.Extent.StartLineNumber, $_.Message })
        functions = @($nodes | Where-Object { $_ -is [Management.Automation.Language.FunctionDefinitionAst] } | ForEach-Object Name)
        commands = @($commands)
        types = @($types | Sort-Object -Unique)
        members = @($members)
        strings = @($strings | Sort-Object -Unique)
        newer = @(
            $nodes | Where-Object { $_.GetType().Name -in $newer } | ForEach-Object { '{0}: {1}' -f $_.Extent.StartLineNumber, $_.GetType().Name }
            $nodes | Where-Object { $_ -is [Management.Automation.Language.PipelineAst] -and $_.Background } |
                ForEach-Object { '{0}: background job' -f $_.Extent.StartLineNumber }
            $tokens | Where-Object { [string]$_.Kind -in $newerTokens } |
                ForEach-Object { '{0}: {1}' -f $_.Extent.StartLineNumber, $_.Kind }
        )
    }
}
ConvertTo-Json -InputObject @($report) -Depth 8 -Compress
