using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Intents;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.Intents;

public sealed class ImportExamplesTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public void Read_Tables_AsSpreadsheetsWriteThem()
    {
        var rows = ExampleRows.Read("\uFEFFIntent,Example\r\nrefund,\"money back, now\"\r\n\r\nrefund;said \"please\"\r\nparcel\twhere, is it\n\"a \"\"b\"\"\",\"two\nlines\"\nlast,\n");
        Assert.Equal(
            [("refund", "money back, now"), ("refund", "said \"please\""), ("parcel", "where, is it"), ("a \"b\"", "two\nlines"), ("last", "")],
            rows.Select(r => (r.Intent, r.Sentence)));
        Assert.Equal([2, 4, 5, 6, 8], rows.Select(r => r.Line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData(",,,\n;;;\n\t\t")]
    [InlineData("no columns at all")]
    [InlineData("\"open quote, never closed\nand on")]
    public void Read_StrangeText_IsNoFault(string text) => Assert.NotNull(ExampleRows.Read(text));

    [Fact]
    public async Task Run_Rows_MakesAndExtendsIntents()
    {
        var import = _host.Get<ImportExamples>();
        Assert.Equal(new(2, 3), (await import.RunAsync(Ada, "refund,a\nrefund,b\nparcel,c")).Value);
        Assert.Equal(new(1, 1), (await import.RunAsync(Ada, "Refund,b\nREFUND,d")).Value);
        Assert.Equal(["a", "b", "d"], _host.Catalog.FindIntents(_host.Tenant).Intents.Single(i => i.Name == "refund").Examples);
        Assert.Contains("Line 2", (await import.RunAsync(Ada, "refund,a\nrefund")).Errors["text"].Single(), StringComparison.Ordinal);
        Assert.Equal(AdminStatus.Invalid, (await import.RunAsync(Ada, " \n ")).Status);
        await Assert.ThrowsAsync<ForbiddenException>(() => import.RunAsync(Ada with { Scopes = ["read"] }, "a,b"));
    }

    private Caller Ada => Caller.System(_host.Tenant) with { Name = "ada" };
}
