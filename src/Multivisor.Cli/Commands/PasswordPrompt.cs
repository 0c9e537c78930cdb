using System.Text;

namespace Multivisor.Cli.Commands;

/// <summary>Asks for a password at a terminal, which shows nothing of it.</summary>
internal static class PasswordPrompt
{
    private const int Longest = 1024;

    /// <exception cref="OperationCanceledException">Ctrl-C.</exception>
    public static string Ask(string question)
    {
        Console.Error.Write(question);
        var password = new StringBuilder();
        var before = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            while (true)
            {
                var key = Console.ReadKey(intercept: true);
                if (key.Key == ConsoleKey.Enter)
                    return password.ToString();
                if (key is { Key: ConsoleKey.C or ConsoleKey.D, Modifiers: ConsoleModifiers.Control })
                    throw new OperationCanceledException();
                if (key.Key == ConsoleKey.Backspace)
                    password.Length = Math.Max(0, password.Length - 1);
                else if (!char.IsControl(key.KeyChar) && password.Length < Longest)
                    password.Append(key.KeyChar);
            }
        }
        finally
        {
            Console.TreatControlCAsInput = before;
            Console.Error.WriteLine();
        }
    }
}
