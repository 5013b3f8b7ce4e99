using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Holds;

namespace OpenClaw.Core.Tests.Storage.Holds;

public sealed class HoldSetTests
{
    private static readonly Guid Session = Guid.NewGuid(), Other = Guid.NewGuid(), Channel = Guid.NewGuid(), OtherChannel = Guid.NewGuid();

    [Fact]
    public void Find_NoHolds_HoldsNothing()
    {
        var holds = HoldSet.Of([]);
        Assert.True(holds.IsEmpty);
        Assert.Null(holds.Find(Session, Channel, "ada"));
    }

    [Fact]
    public void Find_HoldOnSession_HoldsThatSessionAlone()
    {
        var holds = HoldSet.Of([Hold("case", session: Session)]);
        Assert.Equal("case", holds.Find(Session, Channel, "ada")?.Name);
        Assert.Null(holds.Find(Other, Channel, "ada"));
    }

    [Fact]
    public void Find_HoldOnUser_HoldsTheirSessionsInAllChannels()
    {
        var holds = HoldSet.Of([Hold("case", user: "ada")]);
        Assert.NotNull(holds.Find(Session, Channel, "ada"));
        Assert.NotNull(holds.Find(Session, OtherChannel, "bob", "ada"));
        Assert.Null(holds.Find(Session, Channel, "Ada"));
    }

    [Fact]
    public void Find_HoldOnUserOfAChannel_HoldsThatChannelAlone()
    {
        var holds = HoldSet.Of([Hold("case", user: "ada", channel: Channel)]);
        Assert.NotNull(holds.Find(Session, Channel, "ada"));
        Assert.Null(holds.Find(Session, OtherChannel, "ada"));
        Assert.Null(holds.Find(Session, Channel, "bob"));
    }

    [Fact]
    public void Find_HoldOnChannel_HoldsEverybodysSessions()
    {
        var holds = HoldSet.Of([Hold("first", user: "zoe"), Hold("case", channel: Channel)]);
        Assert.Equal("case", holds.Find(Session, Channel, "bob")?.Name);
        Assert.Null(holds.Find(Session, OtherChannel, "bob"));
    }

    private static LegalHold Hold(string name, Guid? session = null, string? user = null, Guid? channel = null) =>
        new() { Id = Guid.CreateVersion7(), Name = name, SessionId = session, UserId = user, ChannelId = channel, CreatedBy = "test" };
}
