using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Ingest;
using OpenClaw.Gateway.Core.Telemetry;
using static OpenClaw.Core.Tests.Ingest.AdmissionSamples;

namespace OpenClaw.Core.Tests.Ingest;

/// <summary>Who may have how much in the journal's queue.</summary>
public sealed class TenantLanesTests
{
    private readonly TestClock _clock = new();
    private readonly HeldIntake _intake = new();
    private readonly Told _told = new();
    private readonly ChannelModel _a = Channel("a");
    private readonly ChannelModel _b = Channel("b");
    private readonly TenantLanes _lanes;

    public TenantLanesTests() => _lanes = new(_intake, new TenantLoads(), _clock);

    [Fact]
    public void Enter_OneTenant_PassesWithoutABound()
    {
        Send(_a, 0, 5000);
        Assert.Equal(5000, _intake.Open.Count);
        Assert.Equal((0, int.MaxValue), (_lanes.Queued, _lanes.Share));
    }

    [Fact]
    public void Enter_FloodBesideAnother_FindsOnlyTheShareBeforeIt()
    {
        Send(_b, 0, 1, "b");
        Send(_a, 0, 1000, "a");
        Assert.Equal(1 + (TenantLanes.Window / 2), _intake.Open.Count);
        Assert.Equal(1000 - (TenantLanes.Window / 2), _lanes.Queued);

        Send(_b, 1, 1, "b"); // passes by all that waits
        Assert.Equal("b1", _intake.Offered[^1]);
        for (var i = 0; i < 500; i++) _intake.Judge(_a.Tenant.Id);
        Assert.Equal(1 + (TenantLanes.Window / 2), _intake.Open.Count(id => id.StartsWith('a')) + 1);
    }

    [Fact]
    public void Judged_QueuedMessages_GoOnInOrderOnePerRoom()
    {
        Send(_b, 0, 1, "b");
        Send(_a, 0, 300, "a");
        var inWindow = TenantLanes.Window / 2;
        for (var i = 0; i < 300; i++)
        {
            Assert.Equal(Math.Min(inWindow, 300 - i), _intake.Open.Count(id => id.StartsWith('a')));
            _intake.Judge(_a.Tenant.Id);
        }

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"a{i}"), _told.Stored);
        Assert.Equal(0, _lanes.Queued);
    }

    [Fact]
    public void Enter_ManyTenants_EachHasTheLeastShare()
    {
        var tenants = Enumerable.Range(0, 20).Select(i => Channel($"t{i}")).ToList();
        foreach (var tenant in tenants) Send(tenant, 0, 1, tenant.Name);
        foreach (var tenant in tenants) Send(tenant, 1, 100, tenant.Name);
        Assert.Equal(TenantLanes.LeastShare, _lanes.Share);
        foreach (var tenant in tenants) Assert.Equal(TenantLanes.LeastShare, _lanes.Of(tenant.Tenant.Id).InFlight);
    }

    [Fact]
    public void Enter_TheOtherHasGone_NoBoundAnyMore()
    {
        Send(_b, 0, 1, "b");
        Send(_a, 0, 200, "a");
        Assert.NotEqual(0, _lanes.Queued);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Send(_a, 200, 1, "a"); // behind those that wait: in order, and all at once
        Assert.Equal(0, _lanes.Queued);
        Assert.Equal(Enumerable.Range(0, 201).Select(i => $"a{i}"), _intake.Offered.Where(id => id.StartsWith('a')));
    }

    [Fact]
    public void Enter_OneTenant_AllocatesNothing()
    {
        var intake = new NoIntake();
        var lanes = new TenantLanes(intake, new TenantLoads(), _clock);
        var (lane, message) = (lanes.Of(_a.Tenant.Id), Message(_a, "m"));
        Pass();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Pass();
        Assert.Equal(0, (GC.GetAllocatedBytesForCurrentThread() - before) / 1000);
        Assert.Equal(0, lane.InFlight);

        void Pass()
        {
            lanes.Enter(lanes.Of(_a.Tenant.Id), message, _told);
            lanes.Judged(_a.Tenant.Id);
        }
    }

    [Fact]
    public async Task Enter_ManyThreads_NothingIsLostAndEachSendersOrderHolds()
    {
        const int senders = 8, each = 2000;
        using var stop = new CancellationTokenSource();
        Send(_b, 0, 1, "b");
        var judging = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested || _intake.Open.Count > 0)
            {
                try
                {
                    _intake.Judge();
                }
                catch (InvalidOperationException)
                {
                    Thread.Yield();
                }
            }
        });
        var lane = _lanes.Of(_a.Tenant.Id);
        await Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < each; i++) _lanes.Enter(lane, Message(_a, $"{sender}-{i}"), _told);
        })));
        await stop.CancelAsync();
        await judging;
        Assert.Equal((0, 0), (_lanes.Queued, lane.InFlight));
        foreach (var own in _intake.Offered.Where(id => id.Contains('-')).GroupBy(id => id.Split('-')[0]))
            Assert.Equal(Enumerable.Range(0, each).Select(i => $"{own.Key}-{i}"), own);
        Assert.Equal((senders * each) + 1, _intake.Offered.Count);
    }

    private void Send(ChannelModel channel, int from, int count, string prefix = "m")
    {
        var lane = _lanes.Of(channel.Tenant.Id);
        for (var i = from; i < from + count; i++) _lanes.Enter(lane, Message(channel, $"{prefix}{i}"), _told);
    }

    private sealed class NoIntake : ISessionIntake
    {
        public IIntakeGate? Gate { get; set; }

        public int Undispatched => 0;

        public void Offer(InboundMessage message, IAcceptObserver observer) { }
    }
}
