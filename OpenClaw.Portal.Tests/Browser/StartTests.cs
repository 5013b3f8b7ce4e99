namespace OpenClaw.Portal.Tests.Browser;

/// <summary>How a start with wrong configuration ends.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Start_SeveralFaults_OneLineEachAndExitCodeOne()
    {
        var (exit, errors, output) = await PortalProcess.RunAsync("--Limits:MaxMessageBytes", "0", "--Bootstrap:ApiKey", "ock_tooshort", "--Limits:Ingress", "5");
        Assert.Equal(1, exit);
        Assert.Equal(3, errors.Count);
        Assert.Contains(errors, e => e.StartsWith("Configuration: Limits:MaxMessageBytes: \"0\" is not allowed.", StringComparison.Ordinal));
        Assert.DoesNotContain("ock_tooshort", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressTaken_IsOneLine()
    {
        await using var first = await PortalProcess.StartAsync();
        var (exit, errors, output) = await PortalProcess.RunAsync("--Urls", first.Address);
        Assert.Equal(1, exit);
        Assert.StartsWith("Configuration: Urls:", Assert.Single(errors), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DatabaseNotMigrated_IsOneLine()
    {
        var (exit, errors, output) = await PortalProcess.RunAsync("--Database:MigrateOnStart", "false");
        Assert.Equal(1, exit);
        Assert.StartsWith("Configuration: Database:MigrateOnStart:", Assert.Single(errors), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DataDirectoryInUse_IsOneLine()
    {
        await using var first = await PortalProcess.StartAsync();
        var (exit, errors, output) = await PortalProcess.RunAsync("--Data:Directory", first.Data);
        Assert.Equal(1, exit);
        Assert.StartsWith("Configuration: Data:Directory: Another process uses", Assert.Single(errors), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }
}
