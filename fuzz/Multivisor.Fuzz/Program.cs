using Multivisor.Fuzz;
using Multivisor.Fuzz.Targets;
using SharpFuzz;

// Multivisor.Fuzz TARGET         waits for afl-fuzz to send inputs
// Multivisor.Fuzz TARGET FILE... runs these inputs, one after another, and says which break a rule
if (args.Length == 0 || FuzzTargets.Find(args[0]) is not { } target)
{
    Console.Error.WriteLine($"usage: Multivisor.Fuzz TARGET [FILE...] with one of: {string.Join(' ', FuzzTargets.All.Select(t => t.Name))}");
    return 2;
}

if (args.Length == 1)
{
    Fuzzer.Run(stream =>
    {
        using var input = new MemoryStream();
        stream.CopyTo(input);
        target.Run(input.ToArray());
    });
    return 0;
}

var broken = 0;
foreach (var file in args[1..])
{
    try
    {
        target.Run(File.ReadAllBytes(file));
    }
    catch (Exception e)
    {
        broken++;
        Console.Error.WriteLine($"{file}: {e}");
    }
}

Console.WriteLine($"{args.Length - 1 - broken} of {args.Length - 1} inputs of {target.Name} hold");
return broken == 0 ? 0 : 1;
