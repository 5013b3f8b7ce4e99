namespace OpenClaw.Core.Tests.Fakes;

/// <summary>Folders of tests.</summary>
internal static class TestFolder
{
    private const int Tries = 200;

    /// <summary>Removes a folder. A database file that is being closed beside it may put its journal in once more.</summary>
    public static void Delete(string folder)
    {
        SpinWait spin = default;
        for (var tries = 1; ; tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < Tries)
            {
                spin.SpinOnce();
            }
        }
    }
}
