using Multivisor.Manual;

// scripts/docs.sh says what this is for.
switch (args)
{
    case ["keys", var file]:
        await File.WriteAllTextAsync(file, KeyTables.Renew(await File.ReadAllTextAsync(file)));
        return 0;
    case ["routes", var file, var openApi]:
        await File.WriteAllTextAsync(file, RouteTables.Renew(await File.ReadAllTextAsync(file), await File.ReadAllTextAsync(openApi)));
        return 0;
    case ["build", var repository, var output]:
        var pages = SiteBuilder.Build(repository, output);
        Console.WriteLine($"{pages} pages in {output}");
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: Multivisor.Manual keys FILE | routes FILE OPENAPI | build REPOSITORY OUTPUT");
        return 2;
}
