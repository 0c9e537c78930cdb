using System.CommandLine;

namespace Multivisor.Cli.CommandLine;

/// <summary><c>completion</c>: a script for a shell. It asks this program, by System.CommandLine's <c>[suggest]</c>, what may come.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # multivisor-cli for bash:  source <(multivisor-cli completion bash)
        _multivisor_cli() {
          local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} IFS=$'\n'
          # A colon ends a word to bash; uids are full of them.
          local full=${line##* } prefix
          prefix=${full%"$word"}
          COMPREPLY=()
          local each
          for each in $(multivisor-cli "[suggest:${#line}]" "$line" 2>/dev/null); do
            if [[ $each == "$full"* ]]; then COMPREPLY+=("${each#"$prefix"}"); fi
          done
        }
        complete -F _multivisor_cli multivisor-cli
        """;

    private const string Zsh = """
        #compdef multivisor-cli
        # multivisor-cli for zsh:  source <(multivisor-cli completion zsh)
        _multivisor_cli() {
          local -a found
          local line="${words[1,CURRENT]}"
          found=("${(@f)$(multivisor-cli "[suggest:${#line}]" "$line" 2>/dev/null)}")
          compadd -a found
        }
        compdef _multivisor_cli multivisor-cli
        """;

    private const string Fish = """
        # multivisor-cli for fish:  multivisor-cli completion fish | source
        function __multivisor_cli
          set -l line (commandline -cp)
          multivisor-cli "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c multivisor-cli -f -a '(__multivisor_cli)'
        """;

    private const string PowerShell = """
        # multivisor-cli for PowerShell:  multivisor-cli completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName multivisor-cli -ScriptBlock {
          param($word, $line, $position)
          multivisor-cli "[suggest:$position]" "$line" 2>$null | Where-Object { $_.StartsWith($word) } |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Print a script that completes commands and uids in a shell") { shell };
        command.SetAction(parsed =>
        {
            Console.Out.Write(parsed.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                _ => PowerShell,
            } + "\n");
            return ExitCode.Done;
        });
        return command;
    }
}
