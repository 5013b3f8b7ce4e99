using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Ingest;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;
using static OpenClaw.Core.Tests.Ingest.AdmissionSamples;

namespace OpenClaw.Core.Tests.Ingest;

/// <summary>Who may still put something into the queues, and who is asked to wait.</summary>
public sealed class AdmissionTests : IDisposable
{
    private const int Most = 100;
    private readonly TestClock _clock = new();
    private readonly HeldIntake _intake = new();
    private readonly TenantLoads _loads = new();
    private readonly ChannelCatalog _catalog = new();
    private readonly Health _health = new();
    private readonly ChannelModel _a = Channel("a");
    private readonly ChannelModel _b = Channel("b");
    private readonly AgentLoads _agents;
    private readonly TenantLanes _lanes;
    private readonly Admission _admission;
    private readonly Inbox _inbox;
    private readonly Told _told = new();

    public AdmissionTests()
    {
        var options = new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = "/nowhere", Limits = new() { IngressQueue = Most } };
        _catalog.Put(_a);
        _lanes = new(_intake, _loads, _clock);
        _agents = new(_clock);
        _admission = new(options, _catalog, _intake, _health, _lanes, _agents, _clock);
        _inbox = new(options, _admission, _lanes, new RateLimits(_clock), new UsageMeter(_clock));
    }

    public void Dispose() => _admission.Dispose();

    [Fact]
    public void Accept_OneTenant_MayFillAllOfIt()
    {
        Fill(_a, Most);
        Assert.Empty(_told.Refused);
        Fill(_a, 1);
        Assert.Equal((RefusalCode.Overloaded, TimeSpan.FromSeconds(1)), (_told.Refused[0].Outcome.Refusal, _told.Refused[0].Outcome.RetryAfter));
        Assert.Equal(1, _loads.Of(_a.Tenant.Id).RefusedFor(RefusalCode.Overloaded));
    }

    [Fact]
    public void Accept_TwoTenants_OneTakesHalfAndTheOtherFindsRoom()
    {
        _catalog.Put(_b);
        Fill(_a, Most);
        Assert.Equal(Most / 2, Most - _told.Refused.Count);
        Assert.All(_told.Refused, r => Assert.Contains("of this tenant", r.Outcome.Reason, StringComparison.Ordinal));
        _told.Refused.Clear();
        Fill(_b, 10);
        Assert.Empty(_told.Refused);
    }

    [Fact]
    public void Accept_TwoFloods_AThirdStillFindsRoom()
    {
        var c = Channel("c");
        _catalog.Put(_b);
        _catalog.Put(c);
        for (var i = 0; i < Most; i++)
        {
            Fill(_a, 1);
            Fill(_b, 1);
        }

        _told.Refused.Clear();
        Fill(c, 10);
        Assert.Empty(_told.Refused);
    }

    [Fact]
    public void Accept_SuspendedNeighbour_NeedsNoRoom()
    {
        _catalog.Put(_b with { Tenant = _b.Tenant with { Suspended = true } });
        Fill(_a, Most);
        Assert.Empty(_told.Refused);
    }

    [Fact]
    public void Accept_TooManyHeldBack_AreRefused()
    {
        var load = _loads.Of(_a.Tenant.Id);
        for (var i = 0; i < Most; i++)
        {
            load.Posted();
            load.Begun();
        }

        Fill(_a, 1);
        Assert.Contains("held back", Assert.Single(_told.Refused).Outcome.Reason, StringComparison.Ordinal);
        load.Left(1, begun: true);
        _told.Refused.Clear();
        Assert.True(_admission.IsHigh(_a.Tenant.Id));
        Fill(_a, 1);
        Assert.Empty(_told.Refused);
    }

    [Fact]
    public void Accept_DrainingChannel_TakesNothingNew()
    {
        Fill(_a with { Control = new(SubjectFlow.Draining) }, 1);
        Assert.Equal((RefusalCode.Overloaded, TimeSpan.FromSeconds(30)), (_told.Refused[0].Outcome.Refusal, _told.Refused[0].Outcome.RetryAfter));
        Fill(_a with { Control = new(SubjectFlow.Paused) }, 1);
        Assert.Single(_told.Refused);
    }

    [Fact]
    public async Task Wait_HighPressure_UntilItIsLow()
    {
        await _admission.WaitAsync(_a.Tenant.Id, default);
        _intake.Undispatched = Most * 3 / 4;
        Assert.True(_admission.IsHigh(_a.Tenant.Id));
        var waiting = _admission.WaitAsync(_a.Tenant.Id, default).AsTask();
        await _clock.WaitForTimersAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        await _clock.WaitForTimersAsync();
        Assert.False(waiting.IsCompleted);
        _intake.Undispatched = Most / 2;
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        await waiting;
    }

    [Fact]
    public void IsHigh_DatabaseTakesNothing_True()
    {
        _health.Fault = "full";
        Assert.True(_admission.IsHigh(_a.Tenant.Id));
        Fill(_a, 1);
        Assert.Equal(RefusalCode.Overloaded, Assert.Single(_told.Refused).Outcome.Refusal);
    }

    /// <summary>Accepts so many; each that is stored waits for its agent from then on.</summary>
    private void Fill(ChannelModel channel, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var refused = _told.Refused.Count;
            _inbox.Accept(Message(channel, $"{Guid.NewGuid():N}"), _told);
            if (_told.Refused.Count > refused) continue;
            _intake.Judge(channel.Tenant.Id);
            _intake.Undispatched++;
            _loads.Of(channel.Tenant.Id).Posted();
        }
    }

    private sealed class Health : IJournalHealth
    {
        public string? Fault { get; set; }
    }
}
