using k8s;
using Multivisor.Packaging.Tests.Support;

namespace Multivisor.Packaging.Tests.Containers;

/// <summary>What an engine would read is read by others that know its language, and each of them notices a mistake.</summary>
public sealed class DescriptionTests
{
    [Fact]
    public async Task Dockerfiles_AreGood()
    {
        foreach (var file in await SourceFiles.FindAsync("*Dockerfile", "*Dockerfile.*", "*.Dockerfile"))
            Assert.Equal((file, ""), (file, (await Linters.ReadAsync("dockerfile", file)).Output));
    }

    [Theory]
    [InlineData("USER 65532:65532", "USR 65532:65532")]
    [InlineData("EXPOSE 22000", "EXPOSE http")]
    [InlineData("HEALTHCHECK --interval=30s", "HEALTHCHECK --intervall=30s")]
    [InlineData("COPY examples/full/ /demo/", "COPY examples/full/")]
    [InlineData(" AS agent", " AS server")]
    public async Task Dockerfile_WithAMistake_IsTold(string good, string bad)
    {
        using var folder = new TemporaryFolder();
        var text = await File.ReadAllTextAsync(Path.Combine(Release.Root, "Dockerfile"));
        Assert.Contains(good, text, StringComparison.Ordinal);
        var ended = await Linters.ReadAsync("dockerfile", folder.Write("Dockerfile", text.Replace(good, bad, StringComparison.Ordinal)));
        Assert.True(ended is { ExitCode: 1, Errors: "", Output: not "" }, $"{ended}");
    }

    /// <summary>By the program itself, which needs no engine for that.</summary>
    [Fact]
    public async Task Compose_IsGood() => await Shell.RunAsync("docker-compose", ["--file", Path.Combine(Release.Root, "docker-compose.yml"), "config", "--quiet"]);

    [Theory]
    [InlineData("init: true", "initialise: true")]
    [InlineData("depends_on: [lid001, lid002, baslid001]", "depends_on: [lid003]")]
    [InlineData("127.0.0.1:22000:22000", "127.0.0.1:22000:http")]
    public async Task Compose_WithAMistake_IsTold(string good, string bad)
    {
        using var folder = new TemporaryFolder();
        var text = await File.ReadAllTextAsync(Path.Combine(Release.Root, "docker-compose.yml"));
        Assert.Contains(good, text, StringComparison.Ordinal);
        var ended = await Shell.TryAsync("docker-compose", ["--file", folder.Write("docker-compose.yml", text.Replace(good, bad, StringComparison.Ordinal)), "config", "--quiet"]);
        Assert.True(ended is { ExitCode: > 0, Errors: not "" }, $"{ended}");
    }

    /// <summary>By the types of Kubernetes' own client: no key that they do not have, no value that does not fit.</summary>
    [Fact]
    public async Task Kubernetes_Example_IsGood() => Assert.Equal(3, KubernetesYaml.LoadAllFromString(await ExampleAsync(), strict: true).Count);

    [Theory]
    [InlineData("livenessProbe", "livenesProbe")]
    [InlineData("replicas: 1", "replicas: one")]
    [InlineData("memory: 512Mi", "memory: 512Mib")]
    [InlineData("kind: Service", "kind: Servis")]
    public async Task Kubernetes_WithAMistake_IsTold(string good, string bad)
    {
        var text = await ExampleAsync();
        Assert.Contains(good, text, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => KubernetesYaml.LoadAllFromString(text.Replace(good, bad, StringComparison.Ordinal), strict: true));
    }

    private static Task<string> ExampleAsync() => File.ReadAllTextAsync(Path.Combine(Release.Root, "packaging/kubernetes/multivisor.yaml"));
}
