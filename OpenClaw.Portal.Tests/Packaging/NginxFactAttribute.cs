using OpenClaw.Portal.Tests.Chat;

namespace OpenClaw.Portal.Tests.Packaging;

/// <summary>A test that needs Debian's nginx and a browser; shown as skipped where either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NginxFactAttribute : FactAttribute
{
    public NginxFactAttribute()
    {
        if (!Nginx.IsHere) Skip = "needs Debian's nginx and openssl, which ./test.sh installs";
        else if (ChromiumFactAttribute.Executable is null) Skip = "no Chromium here; name one in the variable CHROMIUM";
    }
}
