using Multivisor.Fuzz.Targets;
using Multivisor.Testing;

namespace Multivisor.Fuzz.Tests;

/// <summary>The inputs that fuzzing begins with, and those that it found something by, with some damage that is the same each time.</summary>
public sealed class CorpusTests
{
    /// <summary>Damaged forms of each input.</summary>
    private const int Rounds = 40;

    private static readonly string Corpus = Path.Combine(TestData.RepositoryRoot, "fuzz", "corpus");

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_EveryInputAndItsDamagedForms_BreakNoRule(string name)
    {
        var target = FuzzTargets.Find(name)!;
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Corpus, name)).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(files);
        byte[][] inputs = [.. files.Select(File.ReadAllBytes)];
        foreach (var (file, input) in files.Zip(inputs))
        {
            Run(target, input, file);
            var random = new Random(input.Length);
            for (var round = 0; round < Rounds; round++)
                Run(target, Damage(input, inputs[random.Next(inputs.Length)], random), $"{file}, round {round}");
        }
    }

    private static void Run(IFuzzTarget target, byte[] input, string what)
    {
        var error = Record.Exception(() => target.Run(input.Length > target.MaxLength ? input[..target.MaxLength] : input));
        Assert.True(error is null, $"{target.Name}: {what}: {error}\n{Convert.ToHexString(input)}");
    }

    private static byte[] Damage(byte[] input, byte[] other, Random random)
    {
        List<byte> damaged = [.. input];
        for (var times = random.Next(1, 5); times > 0 && damaged.Count > 0; times--)
        {
            var at = random.Next(damaged.Count);
            var length = Math.Min(random.Next(1, 9), damaged.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 2:
                    damaged.RemoveRange(at, length);
                    break;
                case 3:
                    damaged.InsertRange(at, damaged.GetRange(at, length));
                    break;
                case 4:
                    damaged.RemoveRange(at, damaged.Count - at);
                    break;
                default:
                    var from = random.Next(other.Length);
                    damaged.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, 64)).ToArray());
                    break;
            }
        }

        return [.. damaged];
    }
}
