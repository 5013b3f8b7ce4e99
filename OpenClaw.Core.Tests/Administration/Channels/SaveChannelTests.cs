using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Secrets;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.Channels;

public sealed class SaveChannelTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Create_WrongNameAndWrongSetting_AreToldTogether()
    {
        var result = await _host.Get<SaveChannel>().CreateAsync(Caller.System(_host.Tenant), Json("""{"kind":"websocket","name":"","settings":{"allowedOrigins":["not a url"]}}"""));
        Assert.Equal(["name", "settings.allowedOrigins[0]"], result.Errors.Keys.Order());
        Assert.Contains("'not a url'", result.Errors["settings.allowedOrigins[0]"].Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_ManyAtOnceWithoutVersion_LosesNone()
    {
        var channel = _host.Catalog.Channels.Single().Id;
        var save = _host.Get<SaveChannel>();
        string[] patches = ["""{"name":"New"}""", """{"enabled":false}""", """{"settings":{"title":"T"}}""", """{"settings":{"theme":"dark"}}"""];
        var results = await Task.WhenAll(patches.Select(p => save.PatchAsync(Caller.System(_host.Tenant), channel, Json(p))));
        Assert.All(results, r => Assert.Equal(AdminStatus.Done, r.Status));
        var view = await _host.Get<ChannelQueries>().GetAsync(_host.Tenant, channel);
        Assert.Equal(("New", false, "T", "dark"), (view!.Name, view.Enabled, view.Settings["title"]!.GetValue<string>(), view.Settings["theme"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Patch_OldVersion_IsStaleAndChangesNothing()
    {
        var channel = _host.Catalog.Channels.Single();
        var result = await _host.Get<SaveChannel>().PatchAsync(Caller.System(_host.Tenant), channel.Id, Json("""{"name":"New"}"""), version: 99);
        Assert.Equal(AdminStatus.Stale, result.Status);
        Assert.Equal("Web chat", (await _host.Get<ChannelQueries>().GetAsync(_host.Tenant, channel.Id))!.Name);
    }

    [Fact]
    public async Task Patch_SecretRemoved_IsMadeAnewAndShown()
    {
        var channel = _host.Catalog.Channels.Single();
        var former = channel.Secrets["signingSecret"];
        var result = await _host.Get<SaveChannel>().PatchAsync(Caller.System(_host.Tenant), channel.Id, Json("""{"secrets":{"signingSecret":null}}"""));
        var shown = result.Value!.Secrets["signingSecret"].Value;
        Assert.NotNull(shown);
        Assert.NotEqual(former, shown);
        Assert.Equal(shown, _host.Catalog.FindChannel(channel.Id)!.Secrets["signingSecret"]);
    }

    [Fact]
    public async Task Rotate_WithOverlap_EndsByTheClock()
    {
        var channel = _host.Catalog.Channels.Single();
        var former = channel.Secrets["signingSecret"];
        var rotated = await _host.Get<RotateSecret>().OfChannelAsync(Caller.System(_host.Tenant), channel.Id, "signingSecret", 1);
        Assert.Equal(_host.Clock.GetUtcNow().AddHours(1), rotated.Value!.PreviousUntil);
        Assert.Equal(former, _host.Catalog.FindChannel(channel.Id)!.Secrets[SecretNames.Previous("signingSecret")]);
        var changed = new TaskCompletionSource();
        _host.Catalog.Changed += () => changed.TrySetResult();
        _host.Clock.Advance(TimeSpan.FromHours(1.1));
        await changed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(_host.Catalog.FindChannel(channel.Id)!.Secrets.ContainsKey(SecretNames.Previous("signingSecret")));
    }

    [Fact]
    public async Task Test_SharedSessionsWithAnonymous_SaysWhatToDo()
    {
        var channel = _host.Catalog.Channels.Single().Id;
        await _host.Get<SaveChannel>().PatchAsync(Caller.System(_host.Tenant), channel, Json("""{"settings":{"scope":"conversation"}}"""));
        var checks = await _host.Get<TestChannel>().RunAsync(_host.Tenant, channel);
        Assert.NotNull(Assert.Single(checks!, c => !c.Ok).Fix);
    }

    [Fact]
    public async Task Delete_Channel_RemovesItsSecrets()
    {
        var channel = _host.Catalog.Channels.Single().Id;
        Assert.Equal(AdminStatus.Done, (await _host.Get<DeleteChannel>().RunAsync(Caller.System(_host.Tenant), channel)).Status);
        Assert.Null(_host.Catalog.FindChannel(channel));
        await using var db = _host.Database.System.Create();
        Assert.DoesNotContain(db.Secrets, s => s.OwnerId == channel);
    }
}
