using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Metrics;
using OpenClaw.Gateway.Core.Ingest;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Administration.Metrics;

/// <summary>What an autoscaler goes by.</summary>
public sealed class ScaleSignalTests : IDisposable
{
    private readonly TestClock _clock = new();
    private readonly HeldIntake _intake = new();
    private readonly TenantLoads _loads = new();
    private readonly Admission _admission;
    private readonly ScaleSignal _signal;
    private TimeSpan _spent;

    public ScaleSignalTests()
    {
        _admission = new(
            new() { PublicUrl = new("http://localhost"), DataDirectory = "/nowhere", Limits = new() { IngressQueue = 100 } }, new ChannelCatalog(), _intake, new Healthy(), new(_intake, _loads, _clock), new(_clock), _clock);
        _signal = new(_admission, _loads, _clock, () => _spent);
    }

    public void Dispose() => _admission.Dispose();

    [Fact]
    public void Pressure_Idle_Zero() => Assert.Equal(0, _signal.Pressure());

    [Fact]
    public void Pressure_BusyProcessors_TheirShare()
    {
        Pass(TimeSpan.FromSeconds(10), 0.5);
        Assert.Equal(0.5, _signal.Pressure(), 6);
        Pass(TimeSpan.FromMilliseconds(10), 1); // too short to say anything
        Assert.Equal(0.5, _signal.Pressure(), 6);
        Pass(TimeSpan.FromSeconds(10), 0);
        Assert.InRange(_signal.Pressure(), 0, 0.01);
    }

    [Fact]
    public void Pressure_FullQueue_ItsShare()
    {
        _intake.Undispatched = 80;
        Assert.Equal(0.8, _signal.Pressure(), 6);
    }

    [Fact]
    public void Pressure_Overloaded_AtLeastOneForAMinute()
    {
        _loads.Of(Guid.NewGuid()).Refused(RefusalCode.Overloaded);
        Assert.Equal(1, _signal.Pressure());
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, _signal.Pressure());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, _signal.Pressure());
        _loads.Of(Guid.NewGuid()).Refused(RefusalCode.RateLimited);
        Assert.Equal(0, _signal.Pressure());
    }

    private void Pass(TimeSpan time, double share)
    {
        _clock.Advance(time);
        _spent += time * share * Environment.ProcessorCount;
    }

    private sealed class Healthy : IJournalHealth
    {
        public string? Fault => null;
    }
}
