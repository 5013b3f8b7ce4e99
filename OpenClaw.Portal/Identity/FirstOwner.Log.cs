namespace OpenClaw.Portal.Identity;

internal sealed partial class FirstOwner
{
    [LoggerMessage(5001, LogLevel.Information, "Set-up: open {Address} and enter the code {Code} (good until the first owner is made or the next start)")]
    private partial void LogSetup(Uri address, string code);

    [LoggerMessage(5002, LogLevel.Information, "The owner {Person} was made from Bootstrap:AdminEmail")]
    private partial void LogCreated(Guid person);
}
