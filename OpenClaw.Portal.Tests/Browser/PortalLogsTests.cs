namespace OpenClaw.Portal.Tests.Browser;

public sealed class PortalLogsTests
{
    [Fact]
    public void Fault_UnhandledException_ItsLines()
    {
        var fault = PortalLogs.Fault("started\n      Unhandled exception rendering component: No.\n      System.InvalidOperationException: No.\n");

        Assert.StartsWith("      Unhandled exception rendering component: No.", fault, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_RightWasTakenAway_None() =>
        Assert.Null(PortalLogs.Fault("      Unhandled exception rendering component: Not yours.\n      OpenClaw.Gateway.Core.Administration.ForbiddenException: Not yours.\n"));

    [Fact]
    public void Judge_NothingUnhandled_IsContent() => PortalLogs.Judge("warn: a queue is long\n");
}
