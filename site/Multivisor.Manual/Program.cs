using Multivisor.Manual;

// scripts/docs.sh says what this is for.
switch (args)
{
    case ["keys", var file]:
        await File.WriteAllTextAsync(file, KeyTables.Renew(await File.ReadAllTextAsync(file)));
        return 0;
    case ["build", var repository, var output]:
        var pages = SiteBuilder.Build(repository, output);
        Console.WriteLine($"{pages} pages in {output}");
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: Multivisor.Manual keys FILE | build REPOSITORY OUTPUT");
        return 2;
}
