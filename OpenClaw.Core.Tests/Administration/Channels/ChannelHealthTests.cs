using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Settings;

namespace OpenClaw.Core.Tests.Administration.Channels;

public sealed class ChannelHealthTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;
    private Caller _caller = null!;
    private Guid _channel;

    public async Task InitializeAsync()
    {
        _host = await AdministrationHost.StartAsync();
        _caller = Caller.System(_host.Tenant);
        _channel = _host.Catalog.Channels.Single().Id;
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public void Judge_FirstRun_Runs() => Assert.Equal(new("running"), Judge());

    [Fact]
    public async Task Judge_SwitchedOff_SaysSwitchItOn()
    {
        await PatchChannelAsync("""{"enabled":false}""");
        Assert.Equal(("disabled", "Switch it on."), (Judge().State, Judge().Fix));
    }

    [Fact]
    public async Task Judge_NobodyAnswers_FailsAndSaysHowToMend()
    {
        await _host.Get<PatchSettings>().RunAsync(_caller, AdministrationHost.Json("""{"defaultAgent":null}"""));
        Assert.Equal(("failing", "no_route"), (Judge().State, Judge().Cause));
        Assert.Contains("default agent", Judge().Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Judge_OwnAgentOff_AnotherAnswersOrItFails()
    {
        var agent = (await _host.Get<SaveAgent>().CreateAsync(_caller, AdministrationHost.Json("""{"kind":"echo","name":"Own","enabled":false}"""))).Value!;
        await PatchChannelAsync($$"""{"agent":"{{agent.Id}}"}""");
        Assert.Equal(("running", "agent_disabled"), (Judge().State, Judge().Cause));
        Assert.Contains("“Own”", Judge().Detail, StringComparison.Ordinal);
        await _host.Get<PatchSettings>().RunAsync(_caller, AdministrationHost.Json("""{"defaultAgent":null}"""));
        Assert.Equal(("failing", "agent_disabled"), (Judge().State, Judge().Cause));
    }

    [Fact]
    public async Task Draft_OfAChannel_IsTriedAndNotSaved()
    {
        var test = _host.Get<TestChannel>();
        var bad = await test.RunDraftAsync(_caller, null, AdministrationHost.Json("""{"kind":"websocket","name":"Web chat","settings":{"heartbeatSeconds":1}}"""));
        Assert.Equal(["name", "settings.heartbeatSeconds"], bad.Errors.Keys.Order());
        var fine = await test.RunDraftAsync(_caller, null, AdministrationHost.Json("""{"kind":"websocket","name":"New"}"""));
        Assert.All(fine.Value!, check => Assert.True(check.Ok));
        var changed = await test.RunDraftAsync(_caller, _channel, AdministrationHost.Json("""{"settings":{"scope":"conversation"}}"""));
        Assert.Contains(changed.Value!, check => check is { Check: "sign-in", Ok: false, Fix: not null });
        Assert.Single(_host.Catalog.Channels);
        await Assert.ThrowsAsync<ForbiddenException>(() => test.RunDraftAsync(_caller with { Scopes = ["read"] }, null, AdministrationHost.Json("{}")));
    }

    private ChannelCondition Judge() => _host.Get<ChannelHealth>().Judge(_host.Catalog.FindChannel(_channel)!);

    private async Task PatchChannelAsync(string json) =>
        Assert.Equal(AdminStatus.Done, (await _host.Get<SaveChannel>().PatchAsync(_caller, _channel, AdministrationHost.Json(json))).Status);
}
