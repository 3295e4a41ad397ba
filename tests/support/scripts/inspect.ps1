# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Prints as JSON what the engine's own parser finds in each script named: faults, commands with their parameters,
# .NET types, and every syntax that Windows PowerShell 5.1 does not know.
$ErrorActionPreference = 'Stop'
$newer = 'TernaryExpressionAst', 'PipelineChainAst'
$newerTokens = 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'QuestionMark', 'AndAnd', 'OrOr'

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
