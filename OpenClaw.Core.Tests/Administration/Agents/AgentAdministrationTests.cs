using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.Agents;

public sealed class AgentAdministrationTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;
    private Guid _echo;

    public async Task InitializeAsync()
    {
        _host = await StartAsync();
        _echo = _host.Catalog.FindAgent(_host.Tenant, "Echo")!.Id;
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Create_FaultOfTheKind_IsTold()
    {
        var result = await _host.Get<SaveAgent>().CreateAsync(Caller.System(_host.Tenant), Json("""{"kind":"echo","name":"A","settings":{"bad":1}}"""));
        Assert.Equal(["settings.bad"], result.Errors.Keys);
        Assert.Null(_host.Catalog.FindAgent(_host.Tenant, "A"));
    }

    [Theory]
    [InlineData("""{"maxConcurrency":0}""", "maxConcurrency")]
    [InlineData("""{"weight":1.5}""", "weight")]
    [InlineData("""{"intents":[""]}""", "intents")]
    [InlineData("""{"settings":{"busy":"sleep"}}""", "settings.busy")]
    [InlineData("""{"secrets":{"signingSecret.previous":"x"}}""", "secrets.signingSecret.previous")]
    public async Task Patch_WrongInput_NamesTheField(string patch, string field) =>
        Assert.Equal([field], (await _host.Get<SaveAgent>().PatchAsync(Caller.System(_host.Tenant), _echo, Json(patch))).Errors.Keys);

    [Fact]
    public async Task Create_MadeSecret_IsInTheFormOfStandardWebhooks()
    {
        var result = await _host.Get<SaveAgent>().CreateAsync(Caller.System(_host.Tenant), Json("""{"kind":"echo","name":"Signed","intents":["billing"]}"""));
        Assert.Equal(32, Convert.FromBase64String(result.Value!.Secrets["signingSecret"].Value!["whsec_".Length..]).Length);
        Assert.Equal(["billing"], result.Value.Intents);
    }

    [Fact]
    public async Task Test_AgentFails_SaysTheCause()
    {
        _host.Scripted.Answer = (_, _) => new(AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentError, "418"));
        var test = await _host.Get<TestAgent>().RunAsync(_host.Tenant, _echo, "hi");
        Assert.Equal((false, DeadLetterCauses.AgentError, "418"), (test!.Ok, test.Error!.Cause, test.Error.Detail));
    }

    [Fact]
    public async Task Test_AgentNeverAnswers_EndsAfterTwoMinutes()
    {
        _host.Scripted.Answer = async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _host.Clock, stop);
            throw new InvalidOperationException("never");
        };
        var running = _host.Get<TestAgent>().RunAsync(_host.Tenant, _echo, "hi");
        await _host.Clock.WaitForTimersAsync();
        _host.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(DeadLetterCauses.AgentTimeout, (await running)!.Error!.Cause);
    }

    [Fact]
    public async Task Test_OfAnotherTenant_IsNull()
    {
        var other = (await _host.Get<OpenClaw.Gateway.Core.Administration.Tenants.CreateTenant>().RunAsync("other")).Value;
        Assert.Null(await _host.Get<TestAgent>().RunAsync(other, _echo, "hi"));
        Assert.Equal(AdminStatus.NotFound, (await _host.Get<DeleteAgent>().RunAsync(Caller.System(other), _echo)).Status);
    }
}
