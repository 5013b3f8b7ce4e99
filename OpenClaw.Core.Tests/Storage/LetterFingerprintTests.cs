using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Core.Tests.Storage;

/// <summary>Failures of one sort have one fingerprint, whatever ids and numbers stand in them; of two sorts, two.</summary>
public sealed class LetterFingerprintTests
{
    private static readonly Guid Channel = Guid.CreateVersion7();
    private static readonly Guid Agent = Guid.CreateVersion7();

    [Theory]
    [InlineData("Request 0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b failed.", "Request 0197ffff-0000-7111-8222-333344445555 failed.")]
    [InlineData("The agent answered 500.", "The agent answered 503.")]
    [InlineData("No answer in 1.5 seconds from 10.0.0.7:8080.", "No answer in 30 seconds from 192.168.17.4:443.")]
    [InlineData("Failed at 2026-11-22T10:00:00Z.", "Failed at 2026-11-23T11:12:13.456+01:00.")]
    [InlineData("The agent said \"no room for Ada\".", "The agent said \"\".")]
    [InlineData("Trace 0xdeadbeef at 7ffd1234.", "Trace 0x12 at 0a0b0c0d.")]
    [InlineData("Commit deadbeefcafe is unknown.", "Commit cafebabedeadbeef is unknown.")]
    [InlineData("Request req_01HXYZABCDEFGHJKMNPQRSTVWX failed.", "Request req_01JABCDEFGHJKMNPQRSTVWXYZ0 failed.")]
    public void Of_SameSort_IsTheSame(string one, string other) => Assert.Equal(Of(one), Of(other));

    [Theory]
    [InlineData("The agent answered 500.", "The agent did not answer.")]
    [InlineData("The connection was refused.", "The connection was reset.")]
    [InlineData("The answer has no field messages.", "The answer has no field message.")]
    public void Of_AnotherSort_IsAnother(string one, string other) => Assert.NotEqual(Of(one), Of(other));

    [Fact]
    public void Of_AnotherPlace_IsAnother()
    {
        var known = Of("The agent answered 500.");
        Assert.NotEqual(known, LetterFingerprint.Of("answered", "agent_error", Channel, Agent, "The agent answered 500."));
        Assert.NotEqual(known, LetterFingerprint.Of("dispatched", "agent_timeout", Channel, Agent, "The agent answered 500."));
        Assert.NotEqual(known, LetterFingerprint.Of("dispatched", "agent_error", Agent, Agent, "The agent answered 500."));
        Assert.NotEqual(known, LetterFingerprint.Of("dispatched", "agent_error", Channel, Channel, "The agent answered 500."));
        Assert.Matches("^[0-9a-f]{16}$", known);
    }

    private static string Of(string detail) => LetterFingerprint.Of("dispatched", "agent_error", Channel, Agent, detail);

    [Fact]
    public void Of_AnotherStatus_IsAnotherSort()
    {
        Assert.NotEqual(Of("HTTP 500\nrequest 17 failed"), Of("HTTP 503\nrequest 17 failed"));
        Assert.Equal(Of("HTTP 500\nrequest 17 failed"), Of("HTTP 500\nrequest 18 failed"));

        static string Of(string detail) => LetterFingerprint.Of("dispatched", "agent_error", Guid.Empty, Guid.Empty, detail);
    }
}
